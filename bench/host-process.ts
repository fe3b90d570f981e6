/** A Plinth host in a separate process, started as a user starts it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { endWithThis } from "./end-with-this.ts";

export interface HostProcess extends AsyncDisposable {
  pid: number;
  ingress: string;
  admin: string;
  token: string;
}

/**
 * @param dataDir a folder that outlives the host, so that a second process can start on it
 * @param settings environment variables of the host
 * @param onLog takes the lines of the host's log; without it, the lines go to standard error
 */
export async function startHostProcess(
  dataDir: string,
  settings: Record<string, string> = {},
  onLog?: (line: string) => void,
): Promise<HostProcess> {
  const cli = new URL("../host/cli/plinth.js", import.meta.url).pathname;
  const args = [cli, "serve", "--data", dataDir, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--json"];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", onLog === undefined ? "inherit" : "pipe"],
    env: { ...process.env, PLINTH_LOG_LEVEL: "warn", ...settings },
  });
  endWithThis(child);
  if (onLog !== undefined) createInterface({ input: child.stderr! }).on("line", onLog);
  const ready = await firstLine(child);
  const { ingress, admin, token } = JSON.parse(ready) as { ingress: string; admin: string; token: string };
  return {
    pid: child.pid!,
    ingress,
    admin,
    token: (await readFile(token, "utf8")).trim(),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      await exit;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout! });
  const exit = once(child, "exit").then(([code]) => {
    throw new Error(`the host ended with exit code ${code} before it was ready`);
  });
  const [line] = (await Promise.race([once(lines, "line"), exit])) as [string];
  exit.catch(() => {});
  return line;
}
