/**
 * The calls by which a program answers with a body that flows. They are frames like those of bindings
 * (host/bindings/message.ts), under the name "response":
 *
 *     head {"status", "headers"}   begins the response; the frame's body is the first piece of the response's
 *     write                        a further piece
 *     end                          the last piece
 *     drained                      has a reply: the program may write on. The other calls have none
 *     abort                        ends the connection. The program itself has logged why
 *
 * A step's calls leave with its end, so a program that writes goes on while it writes. It waits by "drained" for
 * a slow client: like any wait, it holds neither slot nor worker.
 */
import { type BindingCall, decodeCall, encodeError, encodeReply, isCallOf } from "../bindings/message.ts";
import { PlinthError, plinthError } from "../errors.ts";
import type { HeldMemory } from "../fairness/held-memory.ts";
import type { RequestLog } from "../observe/tenant-log.ts";
import { statedLength, type WireHeader, type WireResponse } from "../protocol/http.ts";
import { limitError } from "./limit-error.ts";
import { StreamedBody } from "./streamed-body.ts";
import type { SlimTarget } from "./target.ts";

const RESPONSE = "response";
const EMPTY = new Uint8Array(0);

export class ResponseCalls {
  readonly #target: SlimTarget;
  readonly #heldMemory: HeldMemory;
  readonly #log: RequestLog;
  readonly #answer: (response: WireResponse) => void;
  #body: StreamedBody | null = null;
  /** Bytes that are still to come, if the head has stated a length. */
  #left: number | undefined;

  /** @param answer takes the response when its head is there */
  constructor(target: SlimTarget, heldMemory: HeldMemory, log: RequestLog, answer: (response: WireResponse) => void) {
    this.#target = target;
    this.#heldMemory = heldMemory;
    this.#log = log;
    this.#answer = answer;
  }

  static has(frame: Uint8Array): boolean {
    return isCallOf(frame, RESPONSE);
  }

  /** @returns the reply, if the call has one. @throws PlinthError for the client, if the call ends the request */
  take(frame: Uint8Array): Promise<Uint8Array> | null {
    try {
      return this.#take(decodeCall(frame));
    } catch (error) {
      if (!(error instanceof Misuse)) throw error;
      this.#log.failure(error.message, null);
      throw limitError(null, this.#target.limits);
    }
  }

  /** Breaks the body off, because the request has ended. Pieces that were written still go to the client. */
  break(reason: unknown): void {
    if (this.#body === null || !this.#body.isOpen) return;
    // The client has the head by now, so only the owner can be told why the body is not complete.
    if (reason instanceof PlinthError) {
      this.#log.failure(`the response's body broke off: ${reason.message} (${reason.code})`, null);
    }
    this.#body.break(reason);
  }

  /** Called when the wall time has passed. @returns the ms that are left because a body flows, or why the request ends */
  wallLeft(): number | PlinthError {
    const { limits } = this.#target;
    if (this.#body === null) return limitError("wall", limits);
    const leftMs = limits.wallMs - this.#body.idleMs;
    return leftMs > 0 ? leftMs : plinthError("PLINTH_STREAM_IDLE", [limits.wallMs]);
  }

  #take({ method, arguments: named, body: bytes }: BindingCall): Promise<Uint8Array> | null {
    if (method === "head") this.#begin(named);
    const body = this.#body;
    if (body === null) throw new Misuse("a response begins with its head");
    switch (method) {
      case "head":
      case "write":
        this.#write(body, bytes);
        return null;
      case "end":
        this.#write(body, bytes);
        if (body.isOpen && this.#left !== undefined && this.#left > 0) throw badLength();
        body.end();
        return null;
      case "drained":
        return body.drained().then((isRead) => {
          return isRead ? encodeReply({ value: null }) : encodeError(plinthError("PLINTH_RESPONSE_CLOSED"));
        });
      case "abort":
        body.break(limitError(null, this.#target.limits));
        return null;
      default:
        throw new Misuse(`a response has no method ${method}`);
    }
  }

  #begin({ status, headers }: BindingCall["arguments"]): void {
    if (this.#body !== null) throw new Misuse("a response has one head");
    if (typeof status !== "number" || !isHeaders(headers)) throw new Misuse("a head has a status and headers");
    this.#left = statedLength(headers);
    this.#body = new StreamedBody((bytes) => this.#hold(bytes));
    this.#answer({ status, headers, body: EMPTY, stream: this.#body });
  }

  #write(body: StreamedBody, bytes: Uint8Array): void {
    if (!body.isOpen) return;
    if (this.#left !== undefined) this.#left -= bytes.byteLength;
    if (this.#left !== undefined && this.#left < 0) throw badLength();
    body.write(bytes);
  }

  /** Counts a piece that waits for the client. @throws PlinthError if there is no room for it */
  #hold(bytes: number): Disposable {
    const { tenant, limits } = this.#target;
    if (this.#body!.waitingBytes + bytes > limits.responseBodyLimitBytes) throw limitError("response", limits);
    return this.#heldMemory.hold(tenant, bytes, limits.waitingMemoryLimitBytes);
  }
}

/** The program does not keep to the order of the calls. */
class Misuse extends Error {}

function badLength(): PlinthError {
  return plinthError("PLINTH_BAD_RESPONSE", ["its body has another length than its Content-Length says"]);
}

function isHeaders(value: unknown): value is WireHeader[] {
  const isText = (part: unknown) => typeof part === "string";
  return Array.isArray(value) && value.every((one) => Array.isArray(one) && one.length === 2 && one.every(isText));
}
