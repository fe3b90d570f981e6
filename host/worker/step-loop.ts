/** A worker's end of the rings: it takes steps, runs them one at a time, and answers, for as long as the thread lives. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { headersFromWire, headersToWire } from "../protocol/http.ts";
import type { StepOutcome } from "../protocol/slot-step.ts";
import type { FromWorker, ServeTask, ToldProgram, ToWorker } from "../protocol/step-messages.ts";
import { writeAnswer } from "../rings/answer-frame.ts";
import { readPiece, writePiece } from "../rings/body-pieces.ts";
import { Claims } from "../rings/claims.ts";
import { BellPush } from "../rings/doorbell.ts";
import { BEGIN, POSTED } from "../rings/frame-kinds.ts";
import { readRequest } from "../rings/request-frame.ts";
import { FRAME_HEAD } from "../rings/ring.ts";
import { NO_FRAME, RingReader } from "../rings/ring-reader.ts";
import { NO_ROOM, RingWriter } from "../rings/ring-writer.ts";
import type { RunnableStep, StepEnd } from "./step.ts";

/** Steps and idle time after which the thread's event loop gets a turn: V8 and Node have work of their own there. */
const TURN_STEPS = 256;
const TURN_IDLE_MS = 1_000;

/** Bytes from which a call's frame is given to the main thread and not copied. The copy of a smaller one costs less. */
const GIVEN_BYTES = 4 << 10;

/** Runs a step. It calls `begins` when the step's program begins to run. */
type RunStep = (step: RunnableStep, begins: () => void) => StepEnd;

export class StepLoop {
  readonly #requests: RingReader;
  readonly #answers: RingWriter;
  readonly #bell: BellPush;
  readonly #claims: Claims;
  readonly #port: MessagePort;
  readonly #run: RunStep;
  readonly #begins = () => this.#claims.begins(this.#step);
  /** The programs by the main thread's numbers. */
  readonly #programs: (ToldProgram | null)[] = [];
  /** Number of the step that runs. */
  #step = 0;

  /** @param run runs a step in a slot */
  constructor({ rings, port }: ServeTask, run: RunStep) {
    this.#requests = new RingReader(rings.requests);
    this.#answers = new RingWriter(rings.answers);
    this.#bell = new BellPush(rings.bell);
    this.#claims = new Claims(rings.claims);
    this.#port = port;
    this.#run = run;
  }

  async serve(): Promise<never> {
    let idleMs = TURN_IDLE_MS;
    for (let served = 0; ; ) {
      const at = this.#requests.next();
      if (at !== NO_FRAME) {
        this.#serve(at);
        idleMs = TURN_IDLE_MS;
        // Microtasks that a step has queued run before the next one. Glue counts the bytes that it lifts between two of
        // them.
        await (++served % TURN_STEPS === 0 ? nextTurn() : undefined);
      } else if (!this.#requests.wait(idleMs)) {
        await nextTurn();
        idleMs = Number.POSITIVE_INFINITY;
      }
    }
  }

  #serve(at: number): void {
    const step = this.#receive(at);
    if (step === null) return;
    try {
      this.#answer(this.#run(step, this.#begins));
    } catch (error) {
      this.#post({ kind: "threw", error });
    }
    this.#answers.publish();
    this.#bell.ring();
  }

  /** @returns the step of a frame; null if the frame has none, or one that was withdrawn */
  #receive(at: number): RunnableStep | null {
    const { memory } = this.#requests;
    const kind = memory.words[(at >> 2) + 1];
    this.#step = memory.words[(at >> 2) + 2]!;
    if (kind === BEGIN) {
      if (!this.#claims.claim(this.#step)) {
        this.#release();
        return null;
      }
      const { program: number, request, bodyStart } = readRequest(memory, at);
      this.#release();
      for (let read = bodyStart; read < request.body.byteLength; ) read += this.#receivePiece(request.body, read);
      const { program, code } = this.#programs[number]!;
      return { program, code, limits: program.limits, input: { kind: "start", request } };
    }
    this.#release();
    const { message } = receiveMessageOnPort(this.#port) as { message: ToWorker };
    if (message.kind !== "step") {
      this.#programs[message.number] = message.kind === "program" ? message : null;
      return null;
    }
    if (!this.#claims.claim(this.#step)) throw new Error("a step was withdrawn that cannot be");
    const { limits, input } = message;
    const { program, code } = this.#programs[message.program]!;
    if (input.kind !== "start") return { program, code, limits, input };
    const request = { ...input.request, headers: headersFromWire(input.request.headers) };
    return { program, code, limits, input: { kind: "start", request } };
  }

  #receivePiece(body: Uint8Array, from: number): number {
    let at = this.#requests.next();
    for (; at === NO_FRAME; at = this.#requests.next()) this.#requests.wait(Number.POSITIVE_INFINITY);
    const bytes = readPiece(this.#requests.memory, at, body, from);
    this.#release();
    return bytes;
  }

  #release(): void {
    this.#requests.release();
    if (this.#requests.roomIsWanted()) this.#bell.ring();
  }

  #answer(end: StepEnd): void {
    const { outcome } = end;
    if (outcome.tag === "response" && leavesNothing(end)) {
      const { body } = outcome.response;
      let sent = writeAnswer(this.#answers, this.#step, outcome.response, end);
      if (sent !== NO_ROOM) {
        while (sent < body.byteLength) {
          const bytes = writePiece(this.#answers, this.#step, body, sent);
          if (bytes === NO_ROOM) this.#waitForRoom();
          else sent += bytes;
        }
        return;
      }
    }
    const given = end.calls.filter(({ frame }) => frame.byteLength >= GIVEN_BYTES).map(({ frame }) => frame.buffer);
    if ("context" in outcome) given.push(outcome.context.delta.buffer);
    this.#post({ kind: "ended", result: { ...end, outcome: toWire(outcome) } }, given);
  }

  #post(message: FromWorker, transferList: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transferList);
    while (this.#answers.reserve(POSTED, this.#step, FRAME_HEAD) === NO_ROOM) this.#waitForRoom();
  }

  #waitForRoom(): void {
    this.#answers.publish();
    this.#bell.ring();
    this.#answers.waitForRoom();
  }
}

function leavesNothing({ timers, calls, cancelled }: StepEnd): boolean {
  return timers.length === 0 && calls.length === 0 && cancelled.length === 0;
}

function toWire(outcome: StepEnd["outcome"]): StepOutcome {
  if (outcome.tag !== "response" && outcome.tag !== "early-response") return outcome;
  return { ...outcome, response: { ...outcome.response, headers: headersToWire(outcome.response.headers) } };
}
