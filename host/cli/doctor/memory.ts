/** Checks how this machine can switch tenants, and how much memory it has for them. */
import { readFileSync } from "node:fs";
import { totalmem } from "node:os";
import { type Check, ok, reasonOf } from "../../../runtimes/check.ts";
import { probeMemoryStrategy } from "../../memory/index.ts";

const GIB = 1024 ** 3;
/** Number of linear memories for which a host of two workers with eight slots each reserves addresses. */
const MEMORIES = 16;
/** The kernel's default of vm.max_map_count. */
const MAPPINGS = 65_530;

export function memoryChecks(): readonly Check[] {
  return [...strategies(), reservation(), mappings(), amount()];
}

function strategies(): readonly Check[] {
  const { best, unavailable } = probeMemoryStrategy();
  const what = {
    remap: ["copy-on-write memories", "images are mapped privately over linear memories"],
    scan: ["ioctl PAGEMAP_SCAN", "finds the pages that a request has written"],
  } as const;
  const remedies = {
    remap: "use Linux with node:ffi; without, a switch compares and copies whole memories",
    scan: "use Linux 6.7 or newer; without, the end of a request that waits compares whole memories",
  };
  const checks = (["remap", "scan"] as const).map((strategy): Check => {
    const [name, works] = what[strategy];
    const reason = unavailable[strategy];
    if (reason === undefined) return ok(name, works);
    return { name, status: "limited", found: reason, remedy: remedies[strategy] };
  });
  return [...checks, ok("memory strategy", `${best} (docs/reference/memory.md)`)];
}

/** V8 reserves about 10 GiB of addresses for a linear memory, so that it need not check bounds. */
function reservation(): Check {
  const name = "addresses";
  const limit = soft("Max address space") ?? "unknown";
  const overcommit = read("/proc/sys/vm/overcommit_memory") ?? "unknown";
  const settings = `RLIMIT_AS ${limit}, vm.overcommit_memory ${overcommit}`;
  try {
    const memories = Array.from({ length: MEMORIES }, () => new WebAssembly.Memory({ initial: 1, maximum: 65_536 }));
    return ok(name, `${memories.length} linear memories at once; ${settings}`);
  } catch (error) {
    const remedy = "lift the limit of the address space (ulimit -v unlimited), or set vm.overcommit_memory to 0 or 1";
    return { name, status: "missing", found: `${reasonOf(error)}; ${settings}`, remedy };
  }
}

function mappings(): Check {
  const name = "mappings of a process";
  const most = read("/proc/sys/vm/max_map_count");
  if (most === undefined) return ok(name, "no vm.max_map_count on this system");
  const found = `vm.max_map_count ${most}`;
  if (Number(most) >= MAPPINGS) return ok(name, found);
  return { name, status: "limited", found, remedy: `sysctl vm.max_map_count=${MAPPINGS}, or more` };
}

function amount(): Check {
  const name = "memory";
  const machine = totalmem();
  const constrained = process.constrainedMemory();
  // The number is 0 without a control group, and enormous if the group has no limit.
  const limited = constrained > 0 && constrained < machine;
  const bytes = limited ? constrained : machine;
  const found = `${(bytes / GIB).toFixed(1)} GiB${limited ? ", by the control group's limit" : ""}`;
  if (bytes >= GIB) return ok(name, found);
  const remedy = "give hosts 1 GiB at least, or lower the limits of memory (docs/reference/configuration.md)";
  return { name, status: "limited", found, remedy };
}

/** The soft limit of a resource, in the words of /proc. */
function soft(resource: string): string | undefined {
  const line = read("/proc/self/limits")
    ?.split("\n")
    .find((text) => text.startsWith(resource));
  return line?.slice(resource.length).trim().split(/\s+/)[0];
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}
