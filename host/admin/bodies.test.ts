import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MIB } from "../config/limits.ts";
import type { TenantName, Token } from "../store/store.ts";
import { boundBodies } from "./bodies.ts";
import { sendAdminError } from "./errors.ts";

let app: FastifyInstance;
let port: number;
beforeEach(async () => {
  app = fastify({ frameworkErrors: sendAdminError });
  app.setErrorHandler((error, request, reply) => sendAdminError(error, request, reply));
  app.decorateRequest("token", null);
  app.decorateRequest("errorCode", null);
  app.addHook("onRequest", async (request) => {
    const { tenant = null } = request.headers as { tenant?: TenantName };
    request.token = { tenant } as Token;
  });
  boundBodies(app, 50 * MIB);
  app.addContentTypeParser("*", { parseAs: "buffer" }, async () => null);
  app.post("/up", { bodyLimit: 50 * MIB }, async () => "taken");
  app.get("/down", async () => Buffer.alloc(40 * MIB));
  await app.listen({ host: "127.0.0.1", port: 0 });
  port = (app.server.address() as AddressInfo).port;
});
afterEach(() => {
  app.server.closeAllConnections();
  return app.close();
});

/** Begins a request of a tenant and leaves it there. */
async function begin(tenant: string, line: string, field = "x: y"): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const content = "content-type: application/octet-stream";
  socket.write(`${line} HTTP/1.1\r\nhost: x\r\ntenant: ${tenant}\r\n${content}\r\n${field}\r\n\r\n`);
  return socket;
}

async function statusOf(headers: Record<string, string>): Promise<number> {
  const body = new Uint8Array(33 * MIB);
  const response = await fetch(`http://127.0.0.1:${port}/up`, { method: "POST", headers, body });
  await response.text();
  return response.status;
}

test.each([
  ["that are announced", `content-length: ${40 * MIB}`],
  ["of unknown length", "transfer-encoding: chunked"],
])("uploads %s are bounded by tenant, and given back", async (_, field) => {
  const slow = await begin("a", "POST /up", field);
  await expect.poll(() => statusOf({ tenant: "a" })).toBe(429);
  expect(await statusOf({ tenant: "b" })).toBe(200);
  expect(await statusOf({})).toBe(200);
  slow.destroy();
  await expect.poll(() => statusOf({ tenant: "a" })).toBe(200);
});

test("are bounded for all tenants together, and the operator's beside them", async () => {
  const slow = await Promise.all(
    ["a", "b", "c", "d", "e", "f"].map((tenant) => begin(tenant, "POST /up", `content-length: ${40 * MIB}`)),
  );
  await expect.poll(() => statusOf({ tenant: "g" })).toBe(429);
  expect(await statusOf({})).toBe(200);
  for (const socket of slow) socket.destroy();
});

test("answers that their clients do not take count, too", async () => {
  const slow = await begin("a", "GET /down");
  await once(slow, "readable");
  expect(await statusOf({ tenant: "a" })).toBe(429);
  const other = await begin("a", "GET /down");
  const [head] = (await once(other, "data")) as [Buffer];
  expect(head.toString()).toMatch(/^HTTP\/1.1 429 .*PLINTH_BODIES/s);
  expect(await statusOf({ tenant: "b" })).toBe(200);
  slow.destroy();
  other.destroy();
  await expect.poll(() => statusOf({ tenant: "a" })).toBe(200);
});
