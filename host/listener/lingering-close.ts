/**
 * The end of a connection whose client may still be sending, such as a body that the host has refused. A connection that is
 * closed while bytes of the client lie unread is reset, and the reset takes away an answer that the client has not read
 * yet. So the host ends its own side only. It reads and drops what still comes until the client ends its side or reaches a
 * limit.
 */
import type { ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { MIB } from "../config/limits.ts";

export interface LingerLimits {
  /** Longest time from the answer's last byte to the end of the connection, ms. */
  readonly totalMs: number;
  /** Longest time in which the client sends nothing, ms. */
  readonly idleMs: number;
  /** Bytes of one connection that are read and dropped. */
  readonly bytes: number;
  /** Connections of one server that linger at once. A further one ends the oldest, whose client had most time to read. */
  readonly connections: number;
}

const LIMITS: LingerLimits = { totalMs: 30_000, idleMs: 5_000, bytes: 64 * MIB, connections: 1_000 };

/** The response to the last request on each connection. Errors of the parser come with the connection alone. */
const responses = new WeakMap<Socket, ServerResponse>();

export function lastResponse(socket: Socket): ServerResponse | undefined {
  return responses.get(socket);
}

/** Makes the server's connections linger when they end after an answer. */
export function lingerOnClose(app: FastifyInstance, limits: LingerLimits = LIMITS): void {
  const lingering = new Set<Socket>();
  let closing = false;

  const close = (socket: Socket): void => {
    // A shutdown waits for no client.
    if (closing) {
      Socket.prototype.destroySoon.call(socket);
      return;
    }
    if (lingering.has(socket)) return;
    if (lingering.size >= limits.connections) lingering.values().next().value!.destroy();
    lingering.add(socket);
    linger(socket, limits);
    socket.once("close", () => lingering.delete(socket));
  };

  // Node ends a connection by this method after each last answer, also after answers of its own (to a request without
  // Host).
  app.server.on("connection", (socket: Socket) => {
    socket.destroySoon = () => close(socket);
  });
  app.server.on("request", (request, response) => responses.set(request.socket, response));
  app.addHook("onSend", (request, reply, payload, done) => {
    if (!hasUnreadBody(request.raw)) {
      done(null, payload);
      return;
    }
    // A short body comes with its headers and is parsed by then, so its connection is kept.
    setImmediate(() => {
      // The bytes behind the headers were no HTTP, and have been answered meanwhile (client-errors.ts).
      if (reply.raw.headersSent) return;
      // Without this header Node would read the rest for as long as a request may take.
      if (hasUnreadBody(request.raw)) reply.header("connection", "close");
      done(null, payload);
    });
  });
  app.addHook("preClose", async () => {
    closing = true;
    for (const socket of lingering) socket.destroy();
  });
}

function hasUnreadBody({ complete, headers }: ServerResponse["req"]): boolean {
  if (complete) return false;
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

function linger(socket: Socket, { totalMs, idleMs, bytes }: LingerLimits): void {
  const end = () => socket.destroy();
  const timer = setTimeout(end, totalMs).unref();
  socket.once("close", () => clearTimeout(timer));
  socket.setTimeout(idleMs, end);
  socket.end();

  // The body's readers hold the bytes that have come, and no limit counts that memory after the answer.
  responses.get(socket)?.req.unpipe().removeAllListeners();
  // The parser would take the next bytes for further requests, and run them.
  socket.removeAllListeners("data");
  const last = socket.bytesRead + bytes;
  socket.on("data", () => {
    if (socket.bytesRead > last) end();
  });
  socket.once("end", end);
  socket.resume();
  // Node stops reading when nobody takes a body that has begun to arrive. The bytes went to its parser and not through
  // the stream, so the stream believes that it is reading, and `resume` alone starts nothing.
  socket._read(0);
}
