import fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { TenantName, Token } from "../store/store.ts";
import { sendAdminError } from "./errors.ts";
import { CallAllowances } from "./rates.ts";
import { takeTurns } from "./turns.ts";

let app: FastifyInstance;
let order: string[];

/** Keeps this thread until it has had so much CPU time. */
function burn(cpuMs: number): void {
  const spent = () => process.threadCpuUsage(began);
  const began = process.threadCpuUsage();
  while (spent().user + spent().system < cpuMs * 1_000);
}

beforeEach(async () => {
  order = [];
  app = fastify();
  app.setErrorHandler((error, request, reply) => sendAdminError(error, request, reply));
  app.decorateRequest("token", null);
  app.decorateRequest("errorCode", null);
  const allowances = new CallAllowances({ tenant: 2, operator: 1_000 });
  app.addHook("onRequest", async (request, reply) => {
    const { tenant = null } = request.headers as { tenant?: TenantName };
    const token = { id: "1", tenant } as Token;
    allowances.take(token, reply);
    request.token = token;
  });
  takeTurns(app, allowances);
  app.setSerializerCompiler(() => JSON.stringify);
  app.post<{ Body: { cpuMs: number } }>("/burn", async ({ body, token }) => {
    order.push(token?.tenant ?? "operator");
    burn(body.cpuMs);
    return {};
  });
  app.get("/late", async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return { toJSON: () => burn(100) };
  });
  app.get("/waiting", () => new Promise(() => {}));
  await app.ready();
});
afterEach(() => app.close());

const call = (tenant: string | null, payload: object | string, url = "/burn") =>
  app.inject({
    method: "POST",
    url,
    headers: { "content-type": "application/json", ...(tenant === null ? {} : { tenant }) },
    payload,
  });
const get = (tenant: string, url: string) => app.inject({ url, headers: { tenant } });

test("the next call is that of whoever has used the least time, and all are answered", async () => {
  const calls = ["greedy", "greedy", "greedy", "modest", null].map((tenant) => call(tenant, { cpuMs: 20 }));
  for (const { statusCode } of await Promise.all(calls)) expect(statusCode).toBe(200);
  expect(order).toEqual(["greedy", "modest", "operator", "greedy", "greedy"]);
});

test("calls that take long use up their tenant's calls, and nobody else's", async () => {
  expect((await call("greedy", { cpuMs: 100 })).statusCode).toBe(200);
  const refused = await call("greedy", { cpuMs: 0 });
  expect([refused.statusCode, refused.json().error.code]).toEqual([429, "PLINTH_ADMIN_RATE"]);
  expect((await call("modest", { cpuMs: 0 })).statusCode).toBe(200);
});

test("an answer that takes long to write counts, too, even if it comes late", async () => {
  expect((await get("greedy", "/late")).statusCode).toBe(200);
  expect((await get("greedy", "/late")).statusCode).toBe(429);
});

test("a call that is refused, has no end or has a broken body does not keep the others from theirs", async () => {
  void get("waiting", "/waiting");
  expect((await call("broken", "{")).statusCode).toBe(400);
  expect((await call("lost", {}, "/nowhere")).statusCode).toBe(404);
  expect((await call("modest", { cpuMs: 0 })).statusCode).toBe(200);
});
