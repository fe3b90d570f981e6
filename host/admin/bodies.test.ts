import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MIB } from "../config/limits.ts";
import { sweepCrumbs } from "../listener/crumbs.ts";
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
  sweepCrumbs(app, { onBytes: boundBodies(app, 50 * MIB) });
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

/** Begins an upload of 40 MiB, sends so many MiB of it, and leaves it there. */
async function upload(tenant: string, field: string, mib: number): Promise<Socket> {
  const socket = await begin(tenant, "POST /up", field);
  const bytes = Buffer.alloc(mib * MIB);
  const chunk = field.startsWith("transfer") ? [`${bytes.length.toString(16)}\r\n`, bytes] : [bytes];
  for (const part of chunk) socket.write(part);
  return socket;
}

const ANNOUNCED = `content-length: ${40 * MIB}`;

test.each([
  ["announced length", ANNOUNCED],
  ["unknown length", "transfer-encoding: chunked"],
])("what has come of uploads of %s is bounded by tenant, and given back", async (_, field) => {
  const slow = await upload("a", field, 32);
  await expect.poll(() => statusOf({ tenant: "a" })).toBe(429);
  expect(await statusOf({ tenant: "b" })).toBe(200);
  expect(await statusOf({})).toBe(200);
  slow.destroy();
  await expect.poll(() => statusOf({ tenant: "a" })).toBe(200);
});

test.each([
  ["announced length", ANNOUNCED],
  ["unknown length", "transfer-encoding: chunked"],
])("uploads of %s that do not come take no room", async (_, field) => {
  const names = Array.from({ length: 20 }, (_, n) => `tenant ${n}`);
  let begun = 0;
  app.server.on("request", () => begun++);
  const slow = await Promise.all(names.flatMap((name) => [name, name, name]).map((name) => upload(name, field, 0)));
  await expect.poll(() => begun).toBe(slow.length);
  for (const tenant of ["other", "tenant 0"]) expect(await statusOf({ tenant })).toBe(200);
  for (const socket of slow) socket.destroy();
});

test("what has come is bounded for all tenants together, and the operator's beside them", async () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const slow = await Promise.all(names.map((tenant) => upload(tenant, ANNOUNCED, 32)));
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
