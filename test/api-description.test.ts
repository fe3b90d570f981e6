/** Holds the admin API's description: it is whole, answers match it, and the CLI's types are generated from it. */
import { readFile } from "node:fs/promises";
import { Ajv, type ValidateFunction } from "ajv";
import openapiTypescript, { type OpenAPI3 } from "openapi-typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestHost, type TestHost } from "./support/host.ts";
import { answering } from "./support/programs.ts";

interface Operation {
  operationId: string;
  summary: string;
  description: string;
  responses: Record<string, { content?: Record<string, unknown> }>;
  parameters?: { name: string; in: string }[];
}

interface Description {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

let host: TestHost;
let description: Description;
let ajv: Ajv;

beforeAll(async () => {
  host = await startTestHost();
  await host.deploy("shop", answering("1"));
  await host.fetch("shop");
  description = (await (await fetch(`${host.adminUrl}/v1/openapi.json`)).json()) as Description;
  ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema(description, "api");
});
afterAll(() => host[Symbol.asyncDispose]());

const all = () =>
  Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  );

/** Finds the schema of the answers with a status by a JSON pointer into the description. @returns its validator */
function validatorOf(path: string, method: string, status: number): ValidateFunction {
  const pointer = ["paths", path, method, "responses", String(status), "content", "application/json", "schema"];
  return ajv.compile({
    $ref: `api#/${pointer.map((step) => encodeURIComponent(step.replaceAll("/", "~1"))).join("/")}`,
  });
}

it("names and sums up every operation, once, and tells of errors", () => {
  const ids = all().map(({ operationId }) => operationId);
  expect(description.openapi).toBe("3.1.0");
  expect(new Set(ids).size).toBe(ids.length);
  for (const { operationId, summary, responses, path, parameters = [] } of all()) {
    expect(operationId, path).toMatch(/^[a-z][A-Za-z]+$/);
    expect(summary, path).toMatch(/^[A-Z].*[.]$/);
    expect(Object.keys(responses), path).toContain("default");
    expect(Object.keys(responses).length, path).toBe(2);
    const named = [...path.matchAll(/{(\w+)}/g)].map(([, name]) => name);
    expect(
      parameters
        .filter((it) => it.in === "path")
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(named.toSorted());
  }
});

it("is what docs/reference/admin-api.md lists, with who may call it", async () => {
  const page = await readFile(new URL("../docs/reference/admin-api.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `([A-Z]+ \/v1[^`]*)` \| ([a-z ]+) \| (\d+)/gm)];
  const callers: Record<string, string> = {
    all: "Needs no token.",
    "any token": "Any valid token.",
    tenant: "A token of the tenant, or the operator's.",
    operator: "The operator's token.",
  };
  const listed = rows.map(([, route, who, status]) => `${route} ${status} ${callers[who!]}`);
  const described = all().map(({ path, method, description: text, responses }) => {
    const [status] = Object.keys(responses);
    return `${method.toUpperCase()} ${path} ${status} ${Object.values(callers).find((caller) => text.endsWith(caller))}`;
  });
  expect(listed.toSorted()).toEqual(described.toSorted());
});

it("is what the CLI's types are made of; after a change: npx vitest run test/api-description.test.ts -u", async () => {
  const types = await openapiTypescript(description as unknown as OpenAPI3, { commentHeader: "" });
  const head = "/** Made of GET /v1/openapi.json by test/api-description.test.ts. Not to be edited. */\n\n";
  await expect(head + types).toMatchFileSnapshot("../host/cli/admin-api.d.ts");
});

describe("answers", () => {
  const calls: [method: string, path: string, status: number, json?: unknown][] = [
    ["get", "/v1/health", 200],
    ["get", "/v1/runtimes", 200],
    ["get", "/v1/tenants", 200],
    ["post", "/v1/tenants", 201, { name: "other" }],
    ["get", "/v1/tenants/{shop}", 200],
    ["put", "/v1/tenants/{shop}/hostnames", 200, { hostnames: ["a.example"] }],
    ["put", "/v1/tenants/{shop}/settings", 200, { limits: { cpuMs: 100 } }],
    ["get", "/v1/tenants/{shop}/versions", 200],
    ["get", "/v1/tenants/{shop}/versions/{1}", 200],
    ["post", "/v1/tenants/{shop}/versions/{1}/activate", 200],
    ["put", "/v1/tenants/{shop}/secrets/{KEY}", 200, { value: "secret" }],
    ["get", "/v1/tenants/{shop}/secrets", 200],
    ["post", "/v1/secrets/rotate", 200],
    ["get", "/v1/tenants/{shop}/rollout", 200],
    ["put", "/v1/tenants/{shop}/kv/{pages}", 200],
    ["put", "/v1/tenants/{shop}/kv/{pages}/grants/{other}", 200, { write: true }],
    ["post", "/v1/tenants/{shop}/kv/{pages}/bulk", 200, [{ key: "a", value: "1" }]],
    ["get", "/v1/tenants/{shop}/kv/{pages}/keys", 200],
    ["get", "/v1/tenants/{shop}/kv", 200],
    ["get", "/v1/tenants/{shop}/logs", 200],
    ["get", "/v1/tenants/{shop}/crons", 200],
    ["post", "/v1/tokens", 201, { label: "ci", tenant: "shop" }],
    ["get", "/v1/tokens", 200],
    ["get", "/v1/token", 200],
    ["get", "/v1/audit", 200],
  ];

  it.each(calls)("%s %s is as described", async (method, filled, status, json) => {
    const response = await host.admin(filled.replaceAll(/[{}]/g, ""), {
      method: method.toUpperCase(),
      ...(json === undefined ? {} : { body: JSON.stringify(json), headers: { "content-type": "application/json" } }),
    });
    const answer = await response.json();
    expect([response.status, answer]).toEqual([status, answer]);
    const shape = new RegExp(`^${filled.replaceAll(/{[^}]*}/g, "{\\w+}")}$`);
    const path = Object.keys(description.paths).find((it) => shape.test(it))!;
    const validate = validatorOf(path, method, status);
    validate(answer);
    expect(validate.errors).toBeNull();
  });

  it("that are errors are as described", async () => {
    const answer = await (await host.admin("/v1/tenants/nobody")).json();
    expect(ajv.validate({ $ref: "api#/components/schemas/Error" }, answer)).toBe(true);
  });
});
