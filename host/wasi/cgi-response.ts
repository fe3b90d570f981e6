import { WasiError } from "./errors.ts";

export interface CgiResponse {
  status: number;
  /** The header fields, values as latin1. */
  headers: [name: string, latin1Value: string][];
  body: Uint8Array;
}

/** The most bytes of the header lines. */
export const MAX_HEADER_BYTES = 64 * 1024;

const LF = 0x0a;
const CR = 0x0d;

/**
 * Reads what a program wrote to standard output (RFC 3875, section 6): header lines that end with LF or CRLF, an empty
 * line, the body. `Status` gives the status; without it a `Location` means 302, and anything else 200. As with WAGI, one of
 * Content-Type, Location and Status must be there, and a local Location is handed to the client like any other.
 *
 * @throws WasiError "bad-response"
 */
export function parseCgiResponse(stdout: Uint8Array): CgiResponse {
  const headers: CgiResponse["headers"] = [];
  let status: number | undefined;
  let location = false;
  let contentType = false;
  for (let at = 0; ; ) {
    const end = stdout.subarray(0, MAX_HEADER_BYTES).indexOf(LF, at);
    if (end < 0) throw bad("its headers do not end with an empty line");
    const line = latin1(stdout.subarray(at, stdout[end - 1] === CR && end > at ? end - 1 : end));
    at = end + 1;
    if (line === "") {
      if (status === undefined && !location && !contentType) throw bad("it has no Content-Type, Location or Status");
      return { status: status ?? (location ? 302 : 200), headers, body: stdout.slice(at) };
    }
    const colon = line.indexOf(":");
    if (colon <= 0) throw bad(`a line before the first empty one is no header: ${JSON.stringify(line.slice(0, 100))}`);
    const name = line.slice(0, colon).trimEnd();
    const value = line.slice(colon + 1).trim();
    const lower = name.toLowerCase();
    if (lower === "status") {
      status = parseStatus(value);
      continue;
    }
    location ||= lower === "location";
    contentType ||= lower === "content-type";
    headers.push([name, value]);
  }
}

/** Reads the value of a header such as `Status: 404 Not Found`. */
function parseStatus(value: string): number {
  const digits = /^(\d{3})(?:\s|$)/.exec(value)?.[1];
  if (digits === undefined) throw bad(`its status is ${JSON.stringify(value.slice(0, 100))}`);
  return Number(digits);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

function bad(reason: string): WasiError {
  return new WasiError("bad-response", `standard output is no CGI response: ${reason}`);
}
