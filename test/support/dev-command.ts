/** `plinth dev` in a process of its own, for tests. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { type CliOptions, startCli } from "./cli.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look at whatever an event has
type DevEvent = any;

export class DevCommand implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(folder: string, options: CliOptions = {}) {
    // The command must ignore this address, which would do harm.
    const env = { PLINTH_ADMIN: "http://192.0.2.1:1", PLINTH_TOKEN: "none", ...options.env };
    this.child = startCli(["dev", folder, "--json"], { ...options, env });
    this.child.stderr!.resume();
    this.#lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  /** The next event of that name. Other events are dropped. */
  async next(event: string): Promise<DevEvent> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`no event ${event}`);
      const parsed = JSON.parse(value);
      if (parsed.event === event) return parsed;
    }
  }

  /** Ends the command at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill("SIGKILL");
    await once(this.child, "close");
  }
}
