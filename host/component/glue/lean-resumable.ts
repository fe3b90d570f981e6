/**
 * Lifts and lowers `plinth:http/resumable` by hand, for components that lift it as buildSlimComponent writes it. It does
 * the same as jco's glue for them, but keeps no task for each call, because none of their exports is asynchronous.
 *
 * The program on the other side is not trusted. It can give any address and length, so each read and write is checked
 * against the memory, and a call can lift a bounded number of bytes, as in lift-budget.ts.
 */
import type { HeaderField, OperationEvent, Outcome, TenantRequest, TenantResponse } from "../../protocol/contract.ts";
import { resumableInterface, scheduledExport } from "../write/resumable-world.ts";
import type { HttpResumable } from "./glue.ts";
import { ELEMENT_BYTES, LIFT_BUDGET_BYTES, overBudget } from "./lift-budget.ts";

interface RuntimeExports {
  readonly memory: WebAssembly.Memory;
  cabi_realloc(old: number, oldSize: number, align: number, size: number): number;
}

type RunScheduled = (cron: number, bytes: number, time: bigint) => number;

/** Bytes of a header in a list of headers, and of an event in a list of events. */
const HEADER_SIZE = 16;
const EVENT_SIZE = 16;
/** Bytes of the largest outcome. */
const OUTCOME_SIZE = 24;

const decoder = new TextDecoder();

export class LeanResumable implements HttpResumable {
  readonly #memory: WebAssembly.Memory;
  readonly #realloc: RuntimeExports["cabi_realloc"];
  readonly #start: (...flat: number[]) => number;
  readonly #resume: (events: number, count: number) => number;
  readonly #scheduled: RunScheduled | undefined;
  /** Views of the memory's buffer. A memory that grows gets another buffer. */
  #bytes = Buffer.alloc(0);
  #view = new DataView(new ArrayBuffer(0));
  /** Bytes that the call has lifted. */
  #lifted = 0;

  constructor({ exports }: WebAssembly.Instance) {
    const { memory, cabi_realloc } = exports as unknown as RuntimeExports;
    this.#memory = memory;
    this.#realloc = cabi_realloc;
    this.#start = exports[`${resumableInterface}#start`] as (...flat: number[]) => number;
    this.#resume = exports[`${resumableInterface}#resume`] as (events: number, count: number) => number;
    this.#scheduled = exports[scheduledExport] as RunScheduled | undefined;
  }

  start({ method, uri, headers, body }: TenantRequest): Outcome {
    const methodBytes = Buffer.byteLength(method);
    const methodAt = this.#lowerText(method, methodBytes);
    const uriBytes = Buffer.byteLength(uri);
    const uriAt = this.#lowerText(uri, uriBytes);
    const headersAt = this.#allocate(4, headers.length * HEADER_SIZE);
    for (const [index, [name, value]] of headers.entries()) {
      const at = headersAt + index * HEADER_SIZE;
      const nameBytes = Buffer.byteLength(name);
      this.#setPair(at, this.#lowerText(name, nameBytes), nameBytes);
      this.#setPair(at + 8, this.#lowerBytes(value), value.byteLength);
    }
    const bodyAt = this.#lowerBytes(body);
    return this.#lift(
      this.#start(methodAt, methodBytes, uriAt, uriBytes, headersAt, headers.length, bodyAt, body.byteLength),
    );
  }

  /** Begins a scheduled run. @param time ms since the epoch @returns null if the runtime has no function for such runs */
  runScheduled(cron: string, time: number): Outcome | null {
    if (this.#scheduled === undefined) return null;
    const bytes = Buffer.byteLength(cron);
    return this.#lift(this.#scheduled(this.#lowerText(cron, bytes), bytes, BigInt(time)));
  }

  resume(events: OperationEvent[]): Outcome {
    const eventsAt = this.#allocate(4, events.length * EVENT_SIZE);
    for (const [index, { operation, outcome }] of events.entries()) {
      const at = eventsAt + index * EVENT_SIZE;
      this.#view.setUint32(at, operation, true);
      this.#view.setUint8(at + 4, outcome.tag === "ok" ? 0 : 1);
      if (outcome.tag === "ok") {
        this.#setPair(at + 8, this.#lowerBytes(outcome.val), outcome.val.byteLength);
      } else {
        const bytes = Buffer.byteLength(outcome.val);
        this.#setPair(at + 8, this.#lowerText(outcome.val, bytes), bytes);
      }
    }
    return this.#lift(this.#resume(eventsAt, events.length));
  }

  /** Has the program allocate. The memory may have grown afterwards. */
  #allocate(align: number, size: number): number {
    const at = this.#realloc(0, 0, align, size) >>> 0;
    this.#renewViews();
    if (size > 0 && at % align !== 0) throw new TypeError(`allocated address [${at}] is not aligned to ${align}`);
    this.#check(at, size);
    return at;
  }

  #lowerText(text: string, bytes: number): number {
    if (bytes === 0) return 1;
    const at = this.#allocate(1, bytes);
    this.#bytes.write(text, at, bytes, "utf8");
    return at;
  }

  #lowerBytes(bytes: Uint8Array): number {
    const at = this.#allocate(1, bytes.byteLength);
    this.#bytes.set(bytes, at);
    return at;
  }

  #setPair(at: number, address: number, length: number): void {
    this.#view.setUint32(at, address, true);
    this.#view.setUint32(at + 4, length, true);
  }

  #lift(returned: number): Outcome {
    const at = returned >>> 0;
    this.#renewViews();
    this.#lifted = 0;
    switch (this.#view.getUint8(at)) {
      case 0:
        return { tag: "response", val: this.#liftResponse(at) };
      case 1:
        return { tag: "early-response", val: this.#liftResponse(at) };
      case 2:
        return { tag: "pending" };
      case 3:
        return { tag: "done" };
      case 4:
        return { tag: "failed", val: this.#liftText(at + 4) };
      case 5:
        return { tag: "stuck", val: this.#liftText(at + 4) };
      default:
        throw new TypeError("invalid variant discriminant for Outcome");
    }
  }

  #liftResponse(at: number): TenantResponse {
    this.#check(at, OUTCOME_SIZE);
    const status = this.#view.getUint16(at + 4, true);
    const list = this.#view.getUint32(at + 8, true);
    const length = this.#view.getUint32(at + 12, true);
    if (list % 4 !== 0) throw new TypeError(`list pointer [${list}] is not aligned to 4`);
    this.#count(length * ELEMENT_BYTES);
    const headers: HeaderField[] = [];
    for (let header = list; header < list + length * HEADER_SIZE; header += HEADER_SIZE) {
      headers.push([this.#liftText(header), this.#liftBytes(header + 8)]);
    }
    return { status, headers, body: this.#liftBytes(at + 16) };
  }

  /** @param pair address of an address and a length */
  #liftText(pair: number): string {
    const from = this.#view.getUint32(pair, true);
    const length = this.#view.getUint32(pair + 4, true);
    this.#check(from, length);
    this.#count(length);
    const text = this.#bytes.toString("latin1", from, from + length);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is the same in latin1 and in UTF-8.
    return /^[\x00-\x7f]*$/.test(text) ? text : decoder.decode(this.#bytes.subarray(from, from + length));
  }

  /** @param pair address of an address and a length */
  #liftBytes(pair: number): Uint8Array {
    const from = this.#view.getUint32(pair, true);
    const length = this.#view.getUint32(pair + 4, true);
    this.#check(from, length);
    this.#count(length);
    return new Uint8Array(this.#bytes.buffer.slice(from, from + length));
  }

  #check(from: number, length: number): void {
    if (from + length > this.#bytes.byteLength) throw new RangeError("an address or a length is beyond the memory");
  }

  #count(bytes: number): void {
    this.#lifted += bytes;
    if (this.#lifted > LIFT_BUDGET_BYTES) throw new RangeError(overBudget);
  }

  #renewViews(): void {
    const { buffer } = this.#memory;
    if (buffer === this.#bytes.buffer) return;
    this.#bytes = Buffer.from(buffer as ArrayBuffer);
    this.#view = new DataView(buffer);
  }
}
