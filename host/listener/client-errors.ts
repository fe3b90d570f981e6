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
  return plinthError("PLINTH_BAD_HTTP", [message.replace(/^Parse Error: /, "")]);
}

/**
 * Answers requests that Node gives to nobody otherwise: with an expectation that is not `100-continue`, and CONNECT, which
 * asks for a proxy.
 */
export function answerRefusedExpectations(server: Server): void {
  server.on("checkExpectation", (_request, response) => {
    const { code, message } = plinthError("PLINTH_BAD_HTTP", ["its Expect is not 100-continue"]);
    const body = JSON.stringify({ error: { code, message } });
    response.writeHead(417, { "content-type": "application/json; charset=utf-8", connection: "close" }).end(body);
  });
  server.on("connect", (_request, socket: Socket) => {
    const { status, code, message } = plinthError("PLINTH_BAD_HTTP", ["it asks for a proxy by CONNECT"]);
    const body = JSON.stringify({ error: { code, message } });
    socket.on("error", () => {});
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/json; charset=utf-8\r\n` +
        `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
  });
}
