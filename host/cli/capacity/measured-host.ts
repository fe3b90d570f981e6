/** A host in a process of its own, whose CPU time and memory are read from /proc. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ApiClient } from "../api-client.ts";

/** Linux shows user space 100 ticks a second. */
const TICK_MS = 10;

export class MeasuredHost implements AsyncDisposable {
  readonly client: ApiClient;
  /** Without a slash at its end. */
  readonly ingress: string;
  readonly #pid: number;
  readonly #end: () => Promise<void>;

  private constructor(ready: { ingress: string; admin: string; token: string }, pid: number, end: () => Promise<void>) {
    this.client = new ApiClient({ admin: ready.admin, token: ready.token });
    this.ingress = ready.ingress;
    this.#pid = pid;
    this.#end = end;
  }

  /** @param runtimes names such as "plinth:js" @throws Error if the host does not start */
  static async start(dataDir: string, runtimes: readonly string[]): Promise<MeasuredHost> {
    const cli = fileURLToPath(new URL("../plinth.js", import.meta.url));
    const listen = ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"];
    const child = spawn(
      process.execPath,
      [cli, "serve", "--data", dataDir, ...listen, "--log-level", "error", "--json"],
      {
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, PLINTH_RUNTIMES: runtimes.join(","), PLINTH_GROUPS: "0" },
      },
    );
    const exit = once(child, "exit");
    const end = async () => {
      child.kill("SIGTERM");
      await exit;
    };
    const failed = exit.then(([code]) => Promise.reject(new Error(`plinth serve ended with exit code ${code}`)));
    const [line] = await Promise.race([once(createInterface({ input: child.stdout }), "line"), failed]);
    failed.catch(() => {});
    const { ingress, admin, token } = JSON.parse(line) as Record<"ingress" | "admin" | "token", string>;
    return new MeasuredHost({ ingress, admin, token: (await readFile(token, "utf8")).trim() }, child.pid!, end);
  }

  /** CPU time of the host since its start, ms. */
  async cpuMs(): Promise<number> {
    const line = await readFile(`/proc/${this.#pid}/stat`, "utf8");
    // The name in parentheses may have spaces; utime and stime are the fields 14 and 15 of proc(5).
    const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  }

  /** Memory of the host: its own pages, and its part of shared ones. */
  async memoryBytes(): Promise<number> {
    const rollup = await readFile(`/proc/${this.#pid}/smaps_rollup`, "utf8");
    return Number(/^Pss:\s+([0-9]+) kB$/m.exec(rollup)![1]) * 1024;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#end();
  }
}
