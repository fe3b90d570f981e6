import fastify from "fastify";
import { expect, test } from "vitest";
import type { Store } from "../store/store.ts";
import { enforceAccess } from "./access.ts";
import { CallAllowances } from "./rates.ts";

test.each([
  ["GET", "/v1/x", undefined, /GET \/v1\/x does not declare who may call it/],
  ["GET", "/v1/x", { access: "tenant" }, /open to a tenant, but its path names none/],
  ["PUT", "/v1/tenants/:name/x", { access: "tenant" }, /does not declare what the audit log calls it/],
] as const)("the route %s %s with %j is refused when it is added", (method, url, config, reason) => {
  const app = fastify();
  // No request reaches the store.
  enforceAccess(app, {} as Store, new CallAllowances({ tenant: 1, operator: 1 }));
  const options = config === undefined ? {} : { config };
  expect(() => app.route({ method, url, ...options, handler: async () => "open" })).toThrow(reason);
});
