/**
 * The load generator, a process of its own whose CPU time counts for no arm: wrk if the machine has it, otherwise
 * autocannon, which is installed on demand.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Handler } from "./handlers.ts";
import { installed } from "./installed.ts";

const run = promisify(execFile);

/** Time after its planned end at which a load generator is killed, ms. */
const GRACE_MS = 15_000;

interface Load {
  readonly origin: string;
  /** The paths, which are called in turn. */
  readonly paths: readonly string[];
  readonly handler: Handler;
  readonly connections: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Us: number;
  readonly p99Us: number;
  /** Failed connections, and answers with a status of 400 or more. */
  readonly errors: number;
}

export interface LoadClient {
  readonly name: string;
  send(load: Load): Promise<LoadResult>;
}

export async function loadClient(): Promise<LoadClient> {
  // wrk without arguments prints its usage and exits with 1; only a machine without wrk fails otherwise.
  const hasWrk = await run("wrk", ["-v"]).then(
    () => true,
    (error: { code?: unknown }) => error.code !== "ENOENT",
  );
  if (hasWrk) return { name: "wrk", send: (load) => inFiles(load, sendByWrk) };
  const folder = await installed(["autocannon@9.0.0"]);
  return { name: "autocannon", send: (load) => inFiles(load, (...rest) => sendByAutocannon(folder, ...rest)) };
}

/** Both clients read the body and the paths from files, because a command line is too short for them. */
async function inFiles<T>(load: Load, send: (load: Load, body: string, paths: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-load-"));
  try {
    const [body, paths] = [join(folder, "body"), join(folder, "paths")];
    await writeFile(body, load.handler.body);
    await writeFile(paths, load.paths.map((path) => `${path}\n`).join(""));
    return await send(load, body, paths);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function sendByWrk({ origin, handler, connections, seconds }: Load, body: string, paths: string) {
  const script = join(import.meta.dirname, "wrk.lua");
  const options = ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "10s", "-s", script];
  const { stdout } = await run("wrk", [...options, origin, "--", handler.method, body, paths], {
    timeout: seconds * 1000 + GRACE_MS,
  });
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as LoadResult;
}

async function sendByAutocannon(
  folder: string,
  { origin, handler, connections, seconds }: Load,
  body: string,
  paths: string,
): Promise<LoadResult> {
  const program = join(import.meta.dirname, "autocannon-child.ts");
  const spec = { folder, origin, method: handler.method, connections, seconds, body, paths };
  const { stdout } = await run(process.execPath, [program, JSON.stringify(spec)], {
    timeout: seconds * 1000 + GRACE_MS,
  });
  return JSON.parse(stdout) as LoadResult;
}
