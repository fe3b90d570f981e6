/** The Go program without Plinth's runtime: as a native server, and as a WASI command in Plinth's own host. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { linkStaticProgram } from "../../../runtimes/go/link-program.ts";
import { findToolchain } from "../../../runtimes/go/toolchain.ts";
import type { Arm } from "../arm.ts";
import { startPlinth } from "../plinth-arm.ts";
import { startChild } from "./child-server.ts";

const run = promisify(execFile);
const program = join(import.meta.dirname, "../programs/go");

export const goArms: readonly Arm[] = [
  {
    name: "go net/http",
    what: "native, no isolation; KV is a map in memory",
    handlers: ["hello", "echo", "page", "body", "kv", "cpu"],
    tenants: 1,
    async start() {
      const folder = await mkdtemp(join(tmpdir(), "plinth-go-"));
      await run("go", ["build", "-o", join(folder, "server"), "."], { cwd: program });
      return startChild({
        command: join(folder, "server"),
        args: () => [],
        env: (port) => ({ PORT: String(port) }),
        onEnd: () => rm(folder, { recursive: true }),
      });
    },
  },
  {
    name: "plinth wasi command",
    what: "Go for wasip1 with everything inside, in this host: started anew for each request; no KV",
    handlers: ["hello", "echo", "page", "body", "cpu"],
    tenants: 1,
    async start(tenants, say) {
      const module = await linkStaticProgram(await findToolchain(), program, { ldflags: "-s -w" });
      return startPlinth({ tenants, isolation: "request", say, upload: () => module, settings: {} });
    },
  },
];
