/** Checks the parts of Node that Plinth needs. */
import manifest from "../../../package.json" with { type: "json" };
import { type Check, ok, reasonOf } from "../../../runtimes/check.ts";
import { loadLinuxCalls } from "../../memory/ffi.ts";

export async function nodeChecks(): Promise<readonly Check[]> {
  return [version(), await sqlite(), ffi()];
}

/** Checks Node's version. The launcher has refused older major versions before. */
function version(): Check {
  const tested = manifest.dependencies.node;
  const running = process.versions.node;
  const found = `${running} (V8 ${process.versions.v8})`;
  if (running.split(".")[0] === tested.split(".")[0]) return ok("Node", found);
  const remedy = `Plinth is tested with ${tested}, which it brings along: run it with npx, or with the plinth command`;
  return { name: "Node", status: "limited", found, remedy };
}

async function sqlite(): Promise<Check> {
  const name = "node:sqlite";
  try {
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(":memory:");
    const row = database.prepare("select sqlite_version() as version").get();
    database.close();
    return ok(name, `SQLite ${row?.version}`);
  } catch (error) {
    const remedy = "run Plinth with the Node that it brings along (npx plinth)";
    return { name, status: "missing", found: reasonOf(error), remedy };
  }
}

function ffi(): Check {
  const name = "node:ffi";
  const result = loadLinuxCalls();
  if ("calls" in result) return ok(name, "mmap, madvise, memfd_create and ioctl of the C library can be called");
  const remedy =
    "run hosts on Linux with the Node that Plinth brings along; elsewhere memories are copied, which is slower";
  return { name, status: "limited", found: result.reason, remedy };
}
