/** Takes the messages of a group's process, in the host's process. */
import type { HostBindings } from "../bindings/host-bindings.ts";
import type { PrepareResult } from "../deploy/prepared.ts";
import { PlinthError } from "../errors.ts";
import type { FromGroup, FromGroupOf, ToGroup } from "./messages.ts";
import { decodePrepared } from "./prepared-frame.ts";
import { RemoteBody } from "./remote-body.ts";
import type { RemoteRun } from "./remote-run.ts";

/** The parts of the host that a group may call. */
export interface GroupCalls {
  readonly bindings: Pick<HostBindings, "call">;
  /** Told of failures in the group that belong to no request. */
  onFault(message: string, where: string): void;
  onReport(report: Pick<FromGroupOf<"pong">, "state" | "used">): void;
}

export class HeardMessages {
  readonly #runs: Map<number, RemoteRun>;
  readonly #send: (message: ToGroup, body?: Uint8Array) => void;
  readonly #calls: GroupCalls;
  readonly #ready = Promise.withResolvers<void>();
  readonly #prepared = new Map<number, PromiseWithResolvers<PrepareResult>>();
  /** The runs of the calls under way. */
  readonly #callers = new Map<number, RemoteRun>();
  /** Other work that a group was asked for, by its numbers. */
  readonly #asked = new Map<number, PromiseWithResolvers<void>>();
  #lastId = 0;

  /** @param runs the runs under way, by their numbers */
  constructor(runs: Map<number, RemoteRun>, send: (message: ToGroup, body?: Uint8Array) => void, calls: GroupCalls) {
    this.#runs = runs;
    this.#send = send;
    this.#calls = calls;
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** @param ask asks for work that has no result, under this number */
  awaitDone(ask: (id: number) => void): Promise<void> {
    return this.#await(this.#asked, ask);
  }

  /** @param ask sends the upload under this number */
  awaitPrepared(ask: (id: number) => void): Promise<PrepareResult> {
    return this.#await(this.#prepared, ask);
  }

  /** No more messages come. */
  lose(error: PlinthError): void {
    for (const { reject } of [...this.#prepared.values(), ...this.#asked.values()]) reject(error);
    this.#prepared.clear();
    this.#asked.clear();
  }

  /** @throws Error if the message's body does not fit its head */
  take(message: FromGroup, body: Uint8Array<ArrayBuffer>): void {
    switch (message.kind) {
      case "ready":
        this.#ready.resolve();
        break;
      case "done":
        this.#asked.get(message.id)?.resolve();
        this.#asked.delete(message.id);
        break;
      case "pong":
        this.#calls.onReport(message);
        break;
      case "answer":
        this.#answer(message, body);
        break;
      case "piece":
        this.#runs.get(message.run)?.body?.take(body);
        break;
      case "bodyEnd":
        this.#runs.get(message.run)?.body?.end(message.broken && errorOf(message.broken));
        break;
      case "failed":
        this.#runs.get(message.run)?.failed(errorOf(message));
        break;
      case "finished":
        this.#finish(message);
        break;
      case "log":
        this.#noteLines(message);
        break;
      case "failure":
        this.#noteFailure(message);
        break;
      case "call":
        void this.#answerCall(message, body);
        break;
      case "abort":
        this.#callers.get(message.call)?.endCall(message.call);
        break;
      case "prepared":
        this.#endPrepare(message.id, { prepared: decodePrepared(message.prepared, body) });
        break;
      case "refused":
        this.#endPrepare(message.id, refusal(message));
        break;
      case "fault":
        this.#calls.onFault(message.message, message.where);
        break;
    }
  }

  #await<Result>(waiting: Map<number, PromiseWithResolvers<Result>>, ask: (id: number) => void): Promise<Result> {
    const id = ++this.#lastId;
    const entry = Promise.withResolvers<Result>();
    waiting.set(id, entry);
    ask(id);
    return entry.promise;
  }

  #answer({ run, status, headers, flows }: FromGroupOf<"answer">, body: Uint8Array): void {
    const remote = this.#runs.get(run);
    if (!flows) remote?.answered({ status, headers, body });
    else remote?.begun({ status, headers }, new RemoteBody((kind) => this.#send({ kind, run })));
  }

  #finish({ run, cpuMs, wasCut }: FromGroupOf<"finished">): void {
    this.#runs.get(run)?.end(cpuMs, wasCut);
    this.#runs.delete(run);
  }

  #noteLines({ run, lines, dropped, isMapped }: FromGroupOf<"log">): void {
    const remote = this.#runs.get(run);
    remote?.log.add(lines, dropped, isMapped ? remote.sourceMap : null);
  }

  #noteFailure({ run, message, isMapped }: FromGroupOf<"failure">): void {
    const remote = this.#runs.get(run);
    remote?.log.failure(message, isMapped ? remote.sourceMap : null);
  }

  /** A call of a run that this group does not have is not answered. */
  async #answerCall({ run, call, attempt }: FromGroupOf<"call">, frame: Uint8Array): Promise<void> {
    const caller = this.#runs.get(run);
    if (caller === undefined || this.#callers.has(call)) return;
    this.#callers.set(call, caller);
    const context = caller.beginCall(call, attempt);
    const reply = await this.#calls.bindings.call(frame, context);
    this.#callers.delete(call);
    if (!context.signal.aborted) this.#send({ kind: "reply", call }, reply);
    caller.endCall(call);
  }

  #endPrepare(id: number, result: PrepareResult): void {
    this.#prepared.get(id)?.resolve(result);
    this.#prepared.delete(id);
  }
}

function refusal({ code, message, details, start }: FromGroupOf<"refused">): PrepareResult {
  return {
    error: { code, message, details },
    start: start === null ? null : { logs: start.lines, logsDropped: start.dropped },
  };
}

function errorOf({ code, message, details }: Pick<FromGroupOf<"failed">, "code" | "message" | "details">): PlinthError {
  return new PlinthError(code, message, details);
}
