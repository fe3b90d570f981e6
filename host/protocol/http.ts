/** A tenant's request and response as they cross between the threads. */
import type { HeaderField } from "./contract.ts";

/** A header value travels as latin1: cloning a string is several times cheaper than cloning a small byte array. */
export type WireHeader = [name: string, latin1Value: string];

export interface WireRequest {
  method: string;
  uri: string;
  headers: WireHeader[];
  body: Uint8Array;
}

/** What a program that is called by CGI is told beyond the request. */
export interface CgiContext {
  /** The Host header. */
  host: string;
  /** Path and query as the tenant sees them. */
  path: string;
  /** What stood before `path` in the client's request: "" or "/t/NAME". */
  mount: string;
  /** IP address. */
  clientAddress: string;
}

export interface WireResponse {
  status: number;
  headers: WireHeader[];
  body: Uint8Array;
}

const latin1 = new TextDecoder("latin1");

/**
 * Bytes to a string of code points 0-255. (TextDecoder's "latin1" is windows-1252: 0x80-0x9f differ, so those bytes take
 * the Buffer path.)
 */
export function headersToWire(headers: readonly HeaderField[]): WireHeader[] {
  return headers.map(([name, value]) => [
    name,
    value.every((byte) => byte < 0x80) ? latin1.decode(value) : Buffer.from(value).toString("latin1"),
  ]);
}

export function headersFromWire(headers: readonly WireHeader[]): HeaderField[] {
  return headers.map(([name, value]) => [name, Buffer.from(value, "latin1")]);
}
