/** A response of undici as the reply to the guest. */
import type { Response } from "undici";
import { type PlinthError, plinthError } from "../../errors.ts";
import type { BindingReply } from "../message.ts";
import { Pieces } from "./pieces.ts";

/** Encodings that undici decodes. If the list holds any other, undici leaves the body alone. */
const codings = new Set(["gzip", "x-gzip", "deflate", "br", "zstd"]);

/** Headers that are no longer true of a decompressed body. */
const ofCoding = new Set(["content-encoding", "content-length"]);

/** Pieces of a body. Each costs the main thread some microseconds, however few bytes it has. */
const MOST_PIECES = 100_000;

class TooManyPieces extends Error {
  readonly code = "PLINTH_PIECES";
}

export interface ReadLimits {
  /** The most bytes of the body, decompressed. */
  readonly bodyBytes: number;
  /** Takes received bytes into account. @throws PlinthError if there is no room for them */
  hold(bytes: number): void;
}

/**
 * Reads the response to its end.
 *
 * @param method the request's
 * @throws PLINTH_FETCH_TOO_LARGE, the errors of `hold`, the signal's reason, and undici's errors
 */
export async function replyOf(
  response: Response,
  method: string,
  limits: ReadLimits,
  signal: AbortSignal,
): Promise<BindingReply> {
  const body = await readBody(response, limits, signal);
  const decoded =
    response.body !== null && method !== "HEAD" && isDecoded(response.headers.get("content-encoding") ?? "");
  const headers = [...response.headers].filter(([name]) => !(decoded && ofCoding.has(name)));
  const { status, statusText, url, redirected } = response;
  return { value: { status, statusText, headers, url, redirected }, body };
}

async function readBody({ body }: Response, { bodyBytes, hold }: ReadLimits, signal: AbortSignal): Promise<Uint8Array> {
  if (body === null) return new Uint8Array(0);
  const reader = body.getReader();
  // undici looks at the signal only until the response's head is there.
  const giveUp = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", giveUp, { once: true });
  const pieces = new Pieces(hold);
  let count = 0;
  try {
    for (;;) {
      const { done, value } = (await reader.read()) as { done: boolean; value: Uint8Array };
      signal.throwIfAborted();
      if (done) return pieces.joined();
      if (pieces.length + value.byteLength > bodyBytes) throw tooLarge(bodyBytes);
      if (++count > MOST_PIECES) throw new TooManyPieces();
      pieces.add(value);
    }
  } finally {
    signal.removeEventListener("abort", giveUp);
    giveUp();
  }
}

function tooLarge(limit: number): PlinthError {
  return plinthError("PLINTH_FETCH_TOO_LARGE", ["response", limit]);
}

function isDecoded(coding: string): boolean {
  return coding.split(",").every((one) => codings.has(one.trim().toLowerCase()));
}
