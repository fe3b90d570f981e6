/** A group's end of the socket. An engine of its own does the runs and uploads that the host's process sends. */
import type { Socket } from "node:net";
import { deserialize } from "node:v8";
import type { PrepareResult } from "../deploy/prepared.ts";
import type { LocalEngine } from "../engine/local-engine.ts";
import { PlinthError, plinthError } from "../errors.ts";
import { Usage } from "../observe/usage.ts";
import type { Target } from "../pool/target.ts";
import type { SlotProgram } from "../protocol/slot-step.ts";
import { openEngine } from "./group-engine.ts";
import { GroupRuns } from "./group-runs.ts";
import type { GroupStart } from "./group-start.ts";
import { Link } from "./link.ts";
import type { FromGroup, FromGroupOf, ToGroup } from "./messages.ts";
import { encodePrepared } from "./prepared-frame.ts";
import { RemoteBindings } from "./remote-bindings.ts";

export class GroupSide implements AsyncDisposable {
  readonly #link: Link<FromGroup>;
  readonly #bindings: RemoteBindings;
  readonly #runs: GroupRuns;
  readonly #usage = new Usage();
  #engine: LocalEngine | null = null;
  readonly #closed = Promise.withResolvers<void>();

  constructor(socket: Socket) {
    this.#link = new Link(
      socket,
      // The host's process is trusted, so its messages are not checked.
      (head, body) => this.#take(head as ToGroup, body),
      () => this.#closed.resolve(),
    );
    const send = (message: FromGroup, body?: Uint8Array) => this.#link.send(message, body);
    this.#bindings = new RemoteBindings(send);
    this.#runs = new GroupRuns(send);
  }

  /** Resolves when the host's process wants the group to end, or has ended itself. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine?.[Symbol.asyncDispose]();
  }

  #take(message: ToGroup, body: Uint8Array<ArrayBuffer>): void {
    switch (message.kind) {
      case "open":
        void this.#open(deserialize(body) as GroupStart);
        break;
      case "warm":
        void this.#do(message.id, this.#engine!.warm(deserialize(body) as SlotProgram[]));
        break;
      case "compile":
        void this.#do(message.id, this.#engine!.code.ahead(message.tenant, message.functions, message.ifFree));
        break;
      case "target":
        this.#runs.setTarget(message.number, deserialize(body) as Target);
        break;
      case "start":
        this.#runs.start(this.#programs, message, body);
        break;
      case "scheduled":
        this.#runs.startScheduled(this.#programs, message);
        break;
      case "cancel":
        this.#runs.cancel(message.run);
        break;
      case "more":
        this.#runs.moved(message.run);
        break;
      case "unread":
        this.#runs.unread(message.run);
        break;
      case "reply":
        this.#bindings.take(message.call, body);
        break;
      case "prepare":
        void this.#prepare(message.id, body, message.party);
        break;
      case "ping":
        this.#link.send({ kind: "pong", state: this.#engine!.state, used: this.#takeUsed() });
        break;
    }
  }

  get #programs() {
    return this.#engine!.programs;
  }

  /** Opens the engine. A failure ends the process, and the host's process reads the reason on standard error. */
  async #open(start: GroupStart): Promise<void> {
    this.#engine = await openEngine(start, this.#bindings, this.#usage, (error, where) => this.#tell(error, where));
    // After a crash, it is better that a request waits for a cold thread than that it is refused.
    this.#link.send({ kind: "ready" });
    await this.#engine.warm(start.warmUp);
  }

  /** Tells the host when the work is done. Like `#open`, it ends the process if it fails. */
  async #do(id: number, work: Promise<void>): Promise<void> {
    await work;
    this.#link.send({ kind: "done", id });
  }

  async #prepare(id: number, component: Uint8Array, party: string): Promise<void> {
    const result = await this.#engine!.preparing.prepare(component, party).catch((error) => this.#refusal(error));
    if ("prepared" in result) {
      const { head, body } = encodePrepared(result.prepared);
      this.#link.send({ kind: "prepared", id, prepared: head }, body);
      return;
    }
    const { code, message, details } = result.error;
    const start = result.start && { lines: result.start.logs, dropped: result.start.logsDropped };
    this.#link.send({ kind: "refused", id, code, message, details, start });
  }

  /** The use of steps since the last call. */
  #takeUsed(): FromGroupOf<"pong">["used"] {
    const used = [];
    for (const [tenant, usage] of this.#usage) {
      const { steps, waitMs, switchMs, coldSteps, kvReads } = usage;
      if (steps > 0) used.push({ tenant, steps, waitMs, switchMs, coldSteps, kvReads });
      this.#usage.forget(tenant);
    }
    return used;
  }

  #refusal(error: unknown): PrepareResult {
    if (!(error instanceof PlinthError)) this.#tell(error, "a deploy");
    const { code, message, details } = error instanceof PlinthError ? error : plinthError("PLINTH_INTERNAL");
    return { error: { code, message, details }, start: null };
  }

  #tell(error: unknown, where: string): void {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#link.send({ kind: "fault", where, message });
  }
}
