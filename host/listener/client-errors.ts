/**
 * Answers the requests that Node's parser refuses: bytes that are no request, headers that are too long, and requests that
 * take too long.
 */
import { maxHeaderSize, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { ConnectionError } from "fastify";
import { type PlinthError, plinthError } from "../errors.ts";
import { lastResponse } from "./lingering-close.ts";

/** Fastify's `clientErrorHandler`, which knows only the connection. Node may call it more than once for each. */
export function answerClientError(error: ConnectionError, socket: Socket): void {
  // The client has reset the connection, or the host has ended its side already.
  if (!socket.writable) return;
  const { status, code, message } = toPlinthError(error);
  const body = JSON.stringify({ error: { code, message } });
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    connection: "close",
  };
  const response = lastResponse(socket);
  if (response === undefined || response.writableFinished || response.destroyed) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`);
    socket.destroySoon();
  } else if (response.req.complete || response.headersSent) {
    // No other answer may come before that response, which becomes the last one.
    response.shouldKeepAlive = false;
  } else {
    response.writeHead(status, headers).end(body);
  }
}

function toPlinthError({ code, message }: ConnectionError): PlinthError {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return plinthError("PLINTH_REQUEST_TIMEOUT");
  if (code === "HPE_HEADER_OVERFLOW") return plinthError("PLINTH_REQUEST_HEADERS_TOO_LARGE", [maxHeaderSize]);
  return plinthError("PLINTH_BAD_REQUEST", [message.replace(/^Parse Error: /, "")]);
}
