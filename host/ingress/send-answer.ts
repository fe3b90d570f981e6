/** Sends the answers of tenants to their clients. */
import type { OutgoingHttpHeader } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { plinthError } from "../errors.ts";
import type { BulkTurns } from "../fairness/bulk-turns.ts";
import type { CpuShares } from "../fairness/cpu-shares.ts";
import type { Usage } from "../observe/usage.ts";
import type { BodyStream } from "../protocol/body-stream.ts";
import { hopByHop } from "../protocol/hop-by-hop.ts";
import { ABORT_FIELD } from "../protocol/host-fields.ts";
import { statedLength, type WireResponse } from "../protocol/http.ts";
import { writeBody } from "./large-answer.ts";
import { mountedValue } from "./mounted-headers.ts";
import { countError, isClosing } from "./send-error.ts";
import { writeStream } from "./streamed-answer.ts";

export interface AnswerOptions {
  readonly shares: CpuShares;
  readonly turns: BulkTurns;
  readonly usage: Usage;
  /** Longest time in which a client may read none of a response, ms. */
  readonly responseIdleMs: number;
}

const NULL_BODY = new Set([204, 205, 304]);

/** Writes a tenant's response as it is: order, repetition and letter case of its headers included. */
export function sendAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  response: WireResponse,
  options: AnswerOptions,
): void {
  const { status, body, stream } = response;
  const head = request.method === "HEAD";
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw plinthError("PLINTH_BAD_RESPONSE", [`its status is ${status}`]);
  }
  const admitted = request.admitted!;
  const headers: string[] = [];
  for (const [name, value] of response.headers) {
    const lower = name.toLowerCase();
    if (lower === ABORT_FIELD) {
      reply.hijack();
      reply.raw.destroy();
      stream?.abandon();
      return;
    }
    if (lower !== "content-length" && !hopByHop.has(lower)) {
      const sent = mountedValue(lower, value, admitted.mount, admitted.path);
      if (sent !== null) headers.push(name, sent);
    }
  }
  if (request.rolloutCookie !== null) headers.push("set-cookie", request.rolloutCookie);
  if (isClosing(reply)) headers.push("connection", "close");
  const bodyless = NULL_BODY.has(status);
  // A handler may state the length that a GET's body would have when it answers HEAD without a body.
  const stated = head || stream !== undefined ? statedLength(response.headers) : undefined;
  const length = stated ?? (stream === undefined ? body.byteLength : undefined);
  if (!bodyless && length !== undefined) headers.push("content-length", String(length));
  admitted.answer = admitted.admission.holdAnswer(body.byteLength);
  try {
    reply.raw.writeHead(status, headers as OutgoingHttpHeader[]);
  } catch (error) {
    admitted.answer[Symbol.dispose]();
    // Node keeps the status text that it could not write, and the error's answer would fail on it, too.
    reply.raw.statusMessage = "";
    throw plinthError("PLINTH_BAD_RESPONSE", [(error as Error).message], { cause: error });
  }
  reply.hijack();
  if (stream !== undefined) {
    flow(request, reply, stream, options);
    return;
  }
  if (head || bodyless) reply.raw.end();
  else writeBody(reply.raw, body, request.target!.tenant, options.turns);
  // A client that does not read holds the body in memory. Most have all of it by now.
  if (reply.raw.writableLength > 0 || !reply.raw.writableEnded)
    reply.raw.setTimeout(options.responseIdleMs, () => reply.raw.destroy());
}

/** Sends a body that the program is still writing. A client may be as slow as the program if it leaves nothing unread. */
function flow(request: FastifyRequest, reply: FastifyReply, stream: BodyStream, options: AnswerOptions): void {
  const { raw } = reply;
  const admitted = request.admitted!;
  const { tenant } = request.target!;
  admitted.headMs = Math.round(reply.elapsedTime * 1000) / 1000;
  if (request.method === "HEAD" || NULL_BODY.has(raw.statusCode)) {
    stream.abandon();
    raw.end();
    return;
  }
  raw.setTimeout(options.responseIdleMs, () => {
    if (raw.writableLength > 0) raw.destroy();
  });
  const { shares, turns } = options;
  const hold = (bytes: number) => admitted.admission.holdAnswer(bytes);
  void writeStream(raw, stream, { tenant, shares, turns, hold }).then((reason) => {
    if (reason === null) return;
    admitted.isBroken = true;
    admitted.dispatched!.cancel(reason);
    countError(options.usage, tenant, reason);
  });
}
