/** The canonical ABI of wit/http.wit, for tests that call core modules without jco's glue. */
import type { HeaderField, TenantRequest, TenantResponse } from "../../../host/protocol/contract.ts";

type Realloc = (old: number, oldSize: number, align: number, size: number) => number;

export interface Guest {
  memory: WebAssembly.Memory;
  realloc: Realloc;
}

const encode = (text: string) => new TextEncoder().encode(text);

function lower({ memory, realloc }: Guest, bytes: Uint8Array): [at: number, length: number] {
  const at = realloc(0, 0, 1, bytes.length) >>> 0;
  new Uint8Array(memory.buffer).set(bytes, at);
  return [at, bytes.length];
}

/** A GET without headers, flattened to eight parameters. */
export function lowerRequest(guest: Guest, { uri }: Pick<TenantRequest, "uri">): number[] {
  const nothing = lower(guest, new Uint8Array());
  return [...lower(guest, encode("GET")), ...lower(guest, encode(uri)), ...nothing, ...nothing];
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
    headers.push([new TextDecoder("utf-8", { fatal: true }).decode(bytes(entry)), bytes(entry + 8)]);
  }
  return { status: view.getUint16(at, true), headers, body: bytes(at + 12) };
}
