/** A tenant's request and response in the form that crosses between threads. */
import type { BodyStream } from "./body-stream.ts";
import type { HeaderField } from "./contract.ts";

/** A header value crosses as latin1: cloning a string is several times cheaper than cloning a small byte array. */
export type WireHeader = [name: string, latin1Value: string];

export interface WireRequest {
  method: string;
  uri: string;
  headers: WireHeader[];
  body: Uint8Array;
}

/** CGI variables that cannot be read from the request itself. */
export interface CgiContext {
  /** The scheme that the client speaks. */
  scheme: "http" | "https";
  /** The Host header. */
  host: string;
  /** Path and query that the tenant sees. */
  path: string;
  /** The part before `path` in the client's request: "" or "/t/NAME". */
  mount: string;
  /** The client's IP address. */
  clientAddress: string;
  /** 0 if it is not known. */
  clientPort: number;
}

export interface WireResponse {
  status: number;
  headers: WireHeader[];
  /** The whole body; empty if `stream` has it. */
  body: Uint8Array;
  /** The body, if the program is still writing it. */
  stream?: BodyStream;
}

/** The Content-Length that a program states; undefined if it states none that can be one. */
export function statedLength(headers: readonly WireHeader[]): number | undefined {
  const stated = headers.findLast(([name]) => name.toLowerCase() === "content-length")?.[1];
  return stated !== undefined && /^[0-9]{1,15}$/.test(stated) ? Number(stated) : undefined;
}

const latin1 = new TextDecoder("latin1");

/**
 * Turns header values into strings of code points 0-255. TextDecoder's "latin1" is windows-1252, which differs for
 * 0x80-0x9f, so Buffer decodes a value with bytes from 0x80.
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
