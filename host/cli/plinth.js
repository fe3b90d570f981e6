#!/usr/bin/env node
// The `plinth` command. It is plain JavaScript that any Node of the last years can read. Plinth needs Node 26 and brings it
// along as the npm package `node`, so an older Node starts this file again with that one.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NEEDED = 26;

if (Number.parseInt(process.versions.node, 10) >= NEEDED) {
  dieWithLauncher();
  await keepCompiledCode();
  const { main } = await import("./main.ts");
  process.exitCode = await main(process.argv.slice(2));
} else {
  const node = ownNode();
  if (node === undefined) {
    // The sentence of PLINTH_NODE_VERSION in host/errors/tools.ts, which an old Node cannot import.
    console.error(
      `plinth: PLINTH_NODE_VERSION: Plinth needs Node ${NEEDED} or newer and runs on ${process.versions.node}. ` +
        "Run it with npx or npm run, which use the Node it brings along.",
    );
    process.exitCode = 1;
  } else {
    startAgain(node);
  }
}

/**
 * Keeps the code that V8 makes of Plinth's modules, for the next start. Threads read the variable: each loads modules of
 * its own. A folder that cannot be written costs time and nothing else.
 */
async function keepCompiledCode() {
  if (process.env.NODE_COMPILE_CACHE !== undefined) return;
  const [{ cacheFolder }, { enableCompileCache }] = await Promise.all([
    import("../../runtimes/cache.ts"),
    import("node:module"),
  ]);
  const { directory } = enableCompileCache(join(cacheFolder(), "code"));
  if (directory !== undefined) process.env.NODE_COMPILE_CACHE = join(cacheFolder(), "code");
}

/** Path of the Node that the npm package `node` has installed for this file; undefined if there is none. */
function ownNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve("node/package.json");
    const path = join(dirname(manifest), "bin", process.platform === "win32" ? "node.exe" : "node");
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Runs this command under `node` and ends as it ends: the same output, the same exit code or signal. */
function startAgain(node) {
  const child = spawn(node, [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    // The child has a process group of its own. Ctrl-C in a terminal reaches every process of a group. Passed on, it would
    // arrive twice, which asks for a shutdown without grace.
    detached: process.platform !== "win32",
    // The channel carries nothing. Its end tells the child that this process is gone, even by SIGKILL.
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, PLINTH_LAUNCHED: "1" },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`plinth: cannot start ${node}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exit(signal === null ? code : 128 + constants.signals[signal]);
  });
}

/** Ends the second process at once if the first one is killed, so that no host is left running unseen. */
function dieWithLauncher() {
  if (process.env.PLINTH_LAUNCHED === undefined || process.channel == null) return;
  delete process.env.PLINTH_LAUNCHED;
  process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
  // Listening alone must not keep the process running once its work is done.
  process.channel.unref();
}
