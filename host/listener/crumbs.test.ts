import { type AddressInfo, connect } from "node:net";
import fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sendAdminError } from "../admin/errors.ts";
import { sha256 } from "../store/blobs.ts";
import { sweepCrumbs } from "./crumbs.ts";
import { lingerOnClose } from "./lingering-close.ts";

let app: FastifyInstance;
let port: number;
beforeEach(async () => {
  app = fastify({ bodyLimit: 1_000_000 });
  app.decorateRequest("errorCode", null);
  app.setErrorHandler((error, request, reply) => sendAdminError(error, request, reply));
  lingerOnClose(app);
  sweepCrumbs(app);
  app.addContentTypeParser("*", { parseAs: "buffer" }, async (_request: unknown, body: Buffer) => body);
  app.post("/", async ({ body }) => sha256(body as Buffer));
  await app.listen({ host: "127.0.0.1", port: 0 });
  port = (app.server.address() as AddressInfo).port;
});
afterEach(() => app.close());

/** Sends a body in chunks. @returns the bytes that come back on the connection */
async function post(chunks: Iterable<Buffer>): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  let answer = "";
  socket.on("data", (data) => {
    answer += data;
  });
  socket.write(
    "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: x/y\r\ntransfer-encoding: chunked\r\n\r\n",
  );
  for (const chunk of chunks) {
    const frame = Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n")]);
    if (!socket.write(frame))
      await Promise.race(["drain", "close"].map((event) => new Promise((resolve) => socket.once(event, resolve))));
    if (socket.destroyed) break;
  }
  if (socket.destroyed) return answer;
  socket.write("0\r\n\r\n");
  // The connection closes with an error if the host has closed it before it had read everything.
  await new Promise((resolve) => socket.once("close", resolve));
  return answer;
}

const sizes = [1, 2, 3, 70_000, 10, 65_536, 5, 65_535, 2, 1_000, 100_000];

test.each([
  ["of all sizes", sizes.map((size, n) => Buffer.alloc(size, n + 65))],
  ["of a byte", Array.from({ length: 9_000 }, (_, n) => Buffer.from([n % 251]))],
  ["of many bytes", [Buffer.alloc(900_000, 7)]],
])("a body in pieces %s arrives as it was sent", async (_, chunks) => {
  expect(await post(chunks)).toContain(sha256(Buffer.concat(chunks)));
});

test("a body with its length goes through, too", async () => {
  const body = Buffer.alloc(500_000, "abc");
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body });
  expect(await response.text()).toBe(sha256(body));
});

test("a body that is too large is told so, and one in too many small pieces", async () => {
  expect(await post([Buffer.alloc(1_000_001)])).toMatch(/^HTTP\/1.1 413 .*PLINTH_BODY_TOO_LARGE/s);
  function* crumbs() {
    for (;;) yield Buffer.from("x");
  }
  expect(await post(crumbs())).toMatch(/^HTTP\/1.1 400 .*too many small pieces/s);
});
