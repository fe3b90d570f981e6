import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import fastify, { type FastifyInstance } from "fastify";
import { afterEach, expect, test } from "vitest";
import { MIB } from "../config/limits.ts";
import { answerClientError } from "./client-errors.ts";
import { type LingerLimits, lingerOnClose } from "./lingering-close.ts";

const never = 2 ** 31 - 1;
const without: LingerLimits = { totalMs: never, idleMs: never, bytes: Infinity, connections: Infinity };

let app: FastifyInstance;
let served: string[];
afterEach(() => app.close());

async function start(limits: Partial<LingerLimits>): Promise<void> {
  app = fastify({ clientErrorHandler: answerClientError });
  served = [];
  lingerOnClose(app, { ...without, ...limits });
  app.addHook("onRequest", async ({ url }) => {
    served.push(url);
    if (url === "/refused") throw Object.assign(new Error("no"), { statusCode: 403 });
  });
  app.get("/slow", async () => {
    await sleep(50);
    return "slow but sure";
  });
  app.get("/page", async () => "a page");
  app.post("/refused", async () => "not refused");
  await app.listen({ host: "127.0.0.1", port: 0 });
}

/** Number of the host's connections. */
function count(): Promise<number> {
  return promisify(app.server.getConnections.bind(app.server))();
}

function open(): Socket {
  const { port } = app.server.address() as AddressInfo;
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  // Some of these connections end with a reset.
  socket.on("error", () => {});
  return socket;
}

/** A client that has read its answer to the end, and does not end its own side. */
async function refused(): Promise<Socket> {
  const socket = open();
  socket.write(`POST /refused HTTP/1.1\r\nhost: x\r\ncontent-length: ${never}\r\n\r\n`);
  let answer = "";
  socket.on("data", (data) => {
    answer += data;
  });
  await once(socket, "end");
  expect(answer).toMatch(/^HTTP\/1.1 403 .*"message":"no"}$/s);
  return socket;
}

/** Sends until the host has closed the connection. @returns bytes that were written */
async function sendOn(socket: Socket): Promise<number> {
  const piece = Buffer.alloc(64 * 1024);
  let written = 0;
  while (!socket.destroyed) {
    await new Promise((resolve) => socket.write(piece, resolve));
    written += piece.length;
  }
  return written;
}

test("ends when the client ends", async () => {
  await start({});
  const socket = await refused();
  expect(await count()).toBe(1);
  socket.end();
  await once(socket, "close");
  await expect.poll(count).toBe(0);
});

test("is bounded in bytes", async () => {
  await start({ bytes: 4 * MIB });
  expect(await sendOn(await refused())).toBeGreaterThan(4 * MIB);
});

test("is bounded in time for a client that keeps on sending, and for one that sends nothing", async () => {
  await start({ totalMs: 300 });
  await sendOn(await refused());
  await app.close();
  await start({ idleMs: 300 });
  await refused();
  await expect.poll(count).toBe(0);
});

test("is bounded in connections: the oldest goes", async () => {
  await start({ connections: 2 });
  const [first, second, third] = [await refused(), await refused(), await refused()];
  await sendOn(first);
  expect(await count()).toBe(2);
  for (const socket of [second, third]) socket.destroy();
});

test("does not hold a shutdown up", async () => {
  await start({});
  await refused();
  await app.close();
  expect(await count()).toBe(0);
});

test("takes nothing that comes after for a request", async () => {
  await start({});
  const socket = open();
  socket.write("POST /refused HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n");
  await once(socket, "readable");
  socket.end("0\r\n\r\nGET /page HTTP/1.1\r\nhost: x\r\n\r\n");
  expect(String(Buffer.concat(await socket.toArray()))).not.toContain("a page");
  await expect.poll(count).toBe(0);
  expect(served).toEqual(["/refused"]);
});

test("what is no request after one under way leaves that one its answer, which is the last", async () => {
  await start({});
  const socket = open();
  socket.write("GET /slow HTTP/1.1\r\nhost: x\r\n\r\nno request\r\n\r\n");
  expect(String(Buffer.concat(await socket.toArray()))).toMatch(/^HTTP\/1.1 200 .*connection: close.*slow but sure$/is);
  socket.end();
});

test("a connection that the client wanted closed ends with its answer", async () => {
  await start({});
  const socket = open();
  socket.write("GET /page HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
  expect(String(Buffer.concat(await socket.toArray()))).toMatch(/a page$/);
  socket.end();
});
