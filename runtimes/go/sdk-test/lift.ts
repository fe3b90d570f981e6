/** The canonical ABI of wit/http.wit for tests that call core modules without jco's glue. */
import type { HeaderField, Outcome, TenantRequest, TenantResponse } from "../../../host/protocol/contract.ts";

type Realloc = (old: number, oldSize: number, align: number, size: number) => number;

export interface Guest {
  memory: WebAssembly.Memory;
  realloc: Realloc;
}

export type TestRequest = Partial<Omit<TenantRequest, "body">> & { body?: Uint8Array | string };

const encode = (text: string) => new TextEncoder().encode(text);

export function lower({ memory, realloc }: Guest, bytes: Uint8Array, align = 1): [at: number, length: number] {
  const at = realloc(0, 0, align, bytes.length) >>> 0;
  new Uint8Array(memory.buffer).set(bytes, at);
  return [at, bytes.length];
}

/** A request as the eight parameters that it is flattened to. */
export function lowerRequest(guest: Guest, request: TestRequest): number[] {
  const { method = "GET", uri = "http://tenant.localhost/", headers = [], body = "" } = request;
  const pieces = headers.flatMap(([name, value]) => [...lower(guest, encode(name)), ...lower(guest, value)]);
  const [list] = lower(guest, new Uint8Array(new Uint32Array(pieces).buffer), 4);
  const content = typeof body === "string" ? encode(body) : body;
  const [head, tail] = [[...lower(guest, encode(method)), ...lower(guest, encode(uri))], lower(guest, content)];
  return [...head, list, headers.length, ...tail];
}

/** The end of an operation: what it gives, or why it has failed. Nothing of either: the end of a timer. */
export interface TestEvent {
  operation: number;
  value?: Uint8Array;
  failure?: string;
}

export function lowerEvents(guest: Guest, events: readonly TestEvent[]): [at: number, count: number] {
  const entries = events.flatMap(({ operation, value, failure }) => [
    operation,
    failure === undefined ? 0 : 1,
    ...lower(guest, failure === undefined ? (value ?? new Uint8Array()) : encode(failure)),
  ]);
  return [lower(guest, new Uint8Array(new Uint32Array(entries).buffer), 4)[0], events.length];
}

export function liftResponse({ memory }: Guest, address: number): TenantResponse {
  const at = address >>> 0;
  const view = new DataView(memory.buffer);
  const bytes = (from: number) => {
    const [start, length] = [view.getUint32(from, true), view.getUint32(from + 4, true)];
    return new Uint8Array(memory.buffer, start, length).slice();
  };
  const headers: HeaderField[] = [];
  const first = view.getUint32(at + 4, true);
  for (let entry = first; entry < first + view.getUint32(at + 8, true) * 16; entry += 16) {
    headers.push([text(bytes(entry)), bytes(entry + 8)]);
  }
  return { status: view.getUint16(at, true), headers, body: bytes(at + 12) };
}

const tags = ["response", "early-response", "pending", "done", "failed", "stuck"] as const;

export function liftOutcome(guest: Guest, address: number): Outcome {
  const at = address >>> 0;
  const view = new DataView(guest.memory.buffer);
  const tag = tags[view.getUint8(at)];
  switch (tag) {
    case "response":
    case "early-response":
      return { tag, val: liftResponse(guest, at + 4) };
    case "failed":
    case "stuck": {
      const [start, length] = [view.getUint32(at + 4, true), view.getUint32(at + 8, true)];
      return { tag, val: text(new Uint8Array(guest.memory.buffer, start, length)) };
    }
    case "pending":
    case "done":
      return { tag };
    default:
      throw new Error(`an outcome of case ${view.getUint8(at)}`);
  }
}

const text = (bytes: Uint8Array) => new TextDecoder("utf-8", { fatal: true }).decode(bytes.slice());
