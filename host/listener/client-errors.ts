/**
 * Answers the requests that Node's parser refuses: bytes that are no request, headers that are too long, and requests that
 * take too long.
 */
import { maxHeaderSize, type Server, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { ConnectionError } from "fastify";
import { type PlinthError, plinthError } from "../errors.ts";
import { lastResponse } from "./lingering-close.ts";

/** Fastify's `clientErrorHandler`, which knows only the connection. Node may call it more than once for each. */
export function answerClientError(error: ConnectionError, socket: Socket): void {
  // The client has reset the connection, or the host has ended its side already.
  if (!socket.writable) return;
  const { status, headers, body } = answerTo(toPlinthError(error));
  const response = lastResponse(socket);
  if (response === undefined || response.writableFinished || response.destroyed) {
    socket.write(asText(status, headers, body));
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
  return plinthError("PLINTH_BAD_HTTP", [message.replace(/^Parse Error: /, "")]);
}

/**
 * Answers requests that Node gives to no listener otherwise: requests with an expectation that is not `100-continue`,
 * and CONNECT, which asks for a proxy.
 */
export function answerRefusedExpectations(server: Server): void {
  server.on("checkExpectation", (_request, response) => {
    const { headers, body } = answerTo(plinthError("PLINTH_BAD_HTTP", ["its Expect is not 100-continue"]));
    response.writeHead(417, headers).end(body);
  });
  server.on("connect", (_request, socket: Socket) => {
    const { status, headers, body } = answerTo(plinthError("PLINTH_BAD_HTTP", ["it asks for a proxy by CONNECT"]));
    socket.on("error", () => {});
    socket.end(asText(status, headers, body));
  });
}

/** The last answer on a connection. */
function answerTo({ status, code, message }: PlinthError) {
  const body = JSON.stringify({ error: { code, message } });
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    connection: "close",
  };
  return { status, headers, body };
}

function asText(status: number, headers: Readonly<Record<string, string | number>>, body: string): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`;
}
