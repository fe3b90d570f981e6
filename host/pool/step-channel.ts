/** The main thread's end of the rings to one worker: steps go out, ends of steps come in. */
import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { SlotProgram, SlotStep, StepResult } from "../protocol/slot-step.ts";
import type { FromWorker, ServeTask, ToWorker } from "../protocol/step-messages.ts";
import { type FramedAnswer, readAnswer } from "../rings/answer-frame.ts";
import { readPiece, writePiece } from "../rings/body-pieces.ts";
import { Claims, createClaims } from "../rings/claims.ts";
import { BEGIN, CHUNK, POSTED } from "../rings/frame-kinds.ts";
import { writeRequest, writeWholeRequest } from "../rings/request-frame.ts";
import { createRing, FRAME_HEAD } from "../rings/ring.ts";
import { NO_FRAME, RingReader } from "../rings/ring-reader.ts";
import { NO_ROOM, RingWriter } from "../rings/ring-writer.ts";
import { ProgramNumbers } from "./program-numbers.ts";

/** Takes the end of a step: its result, or the error that kept it from running. */
export type OnStepEnd = (error: unknown, result: StepResult | null) => void;

/** Gives the compiled functions of a large program; null if a worker loads the program's functions by itself. */
export type CodeOf = (program: SlotProgram) => WebAssembly.Module | null;

/** Bytes of each ring. A request or an answer of up to half a ring is one frame. */
const RING_BYTES = 128 << 10;

/**
 * Pieces of large answers that are taken in one turn of the event loop. The worker writes while this thread reads, so
 * the pieces might have no end.
 */
const MOST_PIECES = 4;

/** The most steps behind the one that runs. */
export const MOST_AHEAD = 7;
/**
 * The most bytes of a step ahead. All of them leave half of the ring for the step that is sent after they were taken
 * back.
 */
const AHEAD_BYTES = RING_BYTES / 16;

export class StepChannel {
  /** The worker's task; `task.port` is to be transferred. */
  readonly task: ServeTask;
  readonly #requests: RingWriter;
  readonly #answers: RingReader;
  readonly #claims: Claims;
  readonly #port: MessagePort;
  readonly #programs = new ProgramNumbers();
  readonly #codeOf: CodeOf;
  /** Numbers that the worker can forget when it has nothing to do. */
  #forgotten: number[] = [];
  /** Number of the step that was sent last. */
  #step = 0;
  /** The steps under way, in the order in which they were sent. The worker runs the first one. */
  readonly #underWay: { readonly number: number; readonly onEnd: OnStepEnd }[] = [];
  #closed = false;
  /** The body of the step's request, while there is no room for its rest. */
  #body: { readonly bytes: Uint8Array; sent: number } | null = null;
  /** An answer whose body is on its way. */
  #answer: { readonly framed: FramedAnswer; received: number } | null = null;

  constructor(bell: SharedArrayBuffer, codeOf: CodeOf) {
    this.#codeOf = codeOf;
    const requests = createRing(RING_BYTES);
    const answers = createRing(RING_BYTES);
    const claims = createClaims();
    const { port1, port2 } = new MessageChannel();
    this.#requests = new RingWriter(requests);
    this.#answers = new RingReader(answers);
    this.#claims = new Claims(claims);
    this.#port = port1;
    this.task = { kind: "serve", rings: { requests, answers, bell, claims }, port: port2 };
  }

  /** Sends a step. The steps before it must have ended. */
  send(step: SlotStep, onEnd: OnStepEnd): void {
    this.#tellForgotten();
    this.#begin(onEnd);
    const { input, limits } = step;
    const program = this.#programs.numberOf(step.program, (number) =>
      this.#post({ kind: "program", number, program: step.program, code: this.#codeOf(step.program) }),
    );
    if (input.kind !== "start" || limits !== step.program.limits || !this.#write(program, input.request)) {
      this.#post({ kind: "step", program, limits, input }, input.kind === "resume" ? [input.context.delta.buffer] : []);
    }
    this.#requests.publish();
  }

  /**
   * Sends a step behind those under way, if it is one small frame of a program that the worker knows. Such a step can be
   * taken back.
   *
   * @returns whether it was sent
   */
  sendAhead({ program, limits, input }: SlotStep, onEnd: OnStepEnd): boolean {
    if (this.#underWay.length > MOST_AHEAD || this.#body !== null) return false;
    const number = this.#programs.known(program);
    if (number === undefined || input.kind !== "start" || limits !== program.limits) return false;
    const step = (this.#step + 1) | 0;
    const { request } = input;
    if (!writeWholeRequest(this.#requests, { step, program: number, request, largest: AHEAD_BYTES })) return false;
    this.#begin(onEnd);
    this.#requests.publish();
    return true;
  }

  /** Whether the program of the step that runs has begun: the thread has switched to it. */
  get hasBegun(): boolean {
    const running = this.#underWay[0];
    return running !== undefined && this.#claims.hasBegun(running.number);
  }

  /** Takes back all steps behind the one that runs. @returns false if the worker has gone on to the next one meanwhile */
  takeBack(): boolean {
    const behind = this.#underWay.length - 1;
    if (!this.#claims.withdraw((this.#step - behind) | 0, this.#step)) return false;
    this.#underWay.length = 1;
    return true;
  }

  /** Has the worker forget programs: at once if it is idle, else before its next step. */
  forget(which: (program: SlotProgram) => boolean): void {
    this.#forgotten.push(...this.#programs.forget(which));
    if (this.#underWay.length > 0 || this.#forgotten.length === 0) return;
    this.#tellForgotten();
    this.#requests.publish();
  }

  /** Takes the worker's frames, and sends the bytes that wait for room. @returns whether there was anything */
  collect(): boolean {
    let found = this.#body !== null && this.#sendBody();
    let pieces = 0;
    while (pieces < MOST_PIECES && !this.#closed) {
      const at = this.#answers.next();
      if (at === NO_FRAME) break;
      found = true;
      this.#take(at);
      if (this.#answer !== null) pieces++;
    }
    return found;
  }

  /** Ends the step that the worker was running with an error. The steps behind it get no end. */
  lose(error: unknown): void {
    const [running] = this.#underWay;
    this.close();
    running?.onEnd(error, null);
  }

  /** Drops the steps under way. They get no end any more. */
  close(): void {
    this.#closed = true;
    this.#underWay.length = 0;
    this.#port.close();
  }

  #begin(onEnd: OnStepEnd): void {
    this.#step = (this.#step + 1) | 0;
    this.#underWay.push({ number: this.#step, onEnd });
  }

  #write(program: number, request: Parameters<typeof writeRequest>[3]): boolean {
    const sent = writeRequest(this.#requests, this.#step, program, request);
    if (sent === NO_ROOM) return false;
    if (sent === request.body.byteLength) return true;
    this.#body = { bytes: request.body, sent };
    this.#sendBody();
    return true;
  }

  /** Sends the rest of the body, as far as there is room. @returns whether some of it was sent */
  #sendBody(): boolean {
    const body = this.#body!;
    const before = body.sent;
    for (let asked = false; body.sent < body.bytes.byteLength; ) {
      const bytes = writePiece(this.#requests, this.#step, body.bytes, body.sent);
      if (bytes !== NO_ROOM) body.sent += bytes;
      else if (asked) break;
      else {
        // The worker may have made room before it could see the wish for room, so the thread tries once more.
        this.#requests.wantRoom();
        asked = true;
      }
    }
    if (body.sent === body.bytes.byteLength) this.#body = null;
    if (body.sent === before) return false;
    this.#requests.publish();
    return true;
  }

  #tellForgotten(): void {
    const numbers = this.#forgotten;
    if (numbers.length > 0) this.#forgotten = [];
    for (const number of numbers) this.#post({ kind: "forget", number });
  }

  #post(message: ToWorker, transferList: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transferList);
    if (this.#requests.reserve(POSTED, this.#step, FRAME_HEAD) === NO_ROOM)
      throw new Error("the ring to a worker is full, though the worker has nothing to do");
  }

  #take(at: number): void {
    const { words } = this.#answers.memory;
    const kind = words[(at >> 2) + 1];
    if (words[(at >> 2) + 2] !== this.#underWay[0]?.number)
      throw new Error("a worker answered a step that it was not running");
    if (kind === BEGIN) {
      const framed = readAnswer(this.#answers.memory, at);
      this.#answers.release();
      this.#receive(framed, framed.bodyStart);
    } else if (kind === CHUNK) {
      const { framed, received } = this.#answer!;
      const bytes = readPiece(this.#answers.memory, at, framed.response.body, received);
      this.#answers.release();
      this.#receive(framed, received + bytes);
    } else {
      this.#answers.release();
      const { message } = receiveMessageOnPort(this.#port) as { message: FromWorker };
      if (message.kind === "ended") this.#end(null, message.result);
      else this.#end(message.error, null);
    }
  }

  #receive(framed: FramedAnswer, received: number): void {
    if (received < framed.response.body.byteLength) {
      this.#answer = { framed, received };
      return;
    }
    this.#answer = null;
    const { response, facts } = framed;
    this.#end(null, { outcome: { tag: "response", response }, timers: [], calls: [], cancelled: [], ...facts });
  }

  #end(error: unknown, result: StepResult | null): void {
    this.#underWay.shift()!.onEnd(error, result);
  }
}
