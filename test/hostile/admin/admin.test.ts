/**
 * Every route of the admin API's description with every kind of token, with bodies that follow their schemas and bodies
 * that break them. The status and code are right, an error is one of the table, and no answer is a fault of the host.
 */
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { Ajv, type ValidateFunction } from "ajv";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errors } from "../../../host/errors.ts";
import { startTestHost, type TestHost } from "../../support/host.ts";
import { answering } from "../../support/programs.ts";
import { type Call, callsOf } from "./calls.ts";
import { type Access, type Description, type Operation, operationsOf } from "./description.ts";

/** Number of calls of all routes with all kinds of token. Undefined stands for four calls each. */
const inputs = process.env.PLINTH_FUZZ_INPUTS;

/** The callers by their tokens. A call is served, or refused with a code. */
type Caller = "operator" | "own" | "other" | "revoked" | "expired" | "ofDeletedTenant" | "none" | "malformed";
const callers: readonly Caller[] = [
  "operator",
  "own",
  "other",
  "revoked",
  "expired",
  "ofDeletedTenant",
  "none",
  "malformed",
];
/** Authorization headers, by caller; undefined for none. */
const authorizations = {} as Record<Caller, fc.Arbitrary<string | undefined>>;

let host: TestHost;
let operations: Operation[];
let ajv: Ajv;
let otherId: string;

beforeAll(async () => {
  host = await startTestHost({ tenantAdminCallsPerSecond: 1_000_000, operatorAdminCallsPerSecond: 1_000_000 });
  for (const name of ["alice", "bob", "gone"]) await host.deploy(name, answering(`"${name}"`));
  for (const path of ["kv/pages", "kv/pages/values/key", "secrets/KEY"]) {
    const body = path.startsWith("secrets") ? '{"value":"1"}' : path.endsWith("key") ? "1" : undefined;
    const type = path.startsWith("secrets") ? "application/json" : "application/octet-stream";
    await host.admin(`/v1/tenants/alice/${path}`, {
      method: "PUT",
      ...(body === undefined ? {} : { body, headers: { "content-type": type } }),
    });
  }
  const make = async (tenant: string, more: object = {}) => {
    const body = JSON.stringify({ label: tenant, tenant, ...more });
    const headers = { "content-type": "application/json" };
    const made = await host.admin("/v1/tokens", { method: "POST", headers, body });
    expect(made.status).toBe(201);
    return (await made.json()) as { id: string; token: string };
  };
  const tokens = { own: await make("alice"), other: await make("bob"), revoked: await make("alice") };
  const expired = await make("alice", { expiresAt: new Date(0).toISOString() });
  const ofDeletedTenant = await make("gone");
  await host.admin(`/v1/tokens/${tokens.revoked.id}`, { method: "DELETE" });
  await host.admin("/v1/tenants/gone", { method: "DELETE" });
  otherId = tokens.other.id;
  const bearer = (token: string) => fc.constant(`Bearer ${token}`);
  Object.assign(authorizations, {
    operator: bearer(host.token),
    own: bearer(tokens.own.token),
    other: bearer(tokens.other.token),
    revoked: bearer(tokens.revoked.token),
    expired: bearer(expired.token),
    ofDeletedTenant: bearer(ofDeletedTenant.token),
    none: fc.constant(undefined),
    malformed: fc.oneof(
      fc.constantFrom(
        "Bearer",
        "Bearer ",
        `Basic ${host.token}`,
        `Bearer ${host.token}x`,
        `Bearer ${host.token},`,
        host.token,
      ),
      fc.stringMatching(/^[!-~][ -~]{0,60}$/),
    ),
  });
  const description = (await (await fetch(`${host.adminUrl}/v1/openapi.json`)).json()) as Description;
  operations = operationsOf(description);
  ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema(description, "api");
});
afterAll(() => host[Symbol.asyncDispose]());

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Sends a call as it is. A live view of a log does not end, so it is only begun. */
async function send({ method, target, headers, body }: Call, authorization: string | undefined): Promise<Answer> {
  const sent = request(host.adminUrl + target, {
    method,
    headers: { ...headers, ...(authorization === undefined ? {} : { authorization }), connection: "close" },
  });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const status = response.statusCode!;
  if (status === 200 && response.headers["content-type"] === "application/x-ndjson") {
    response.destroy();
    return { status, body: "" };
  }
  return { status, body: await text(response) };
}

/** The code that a caller must get, whatever else is in the request; undefined if the request is looked at. */
function refusalOf(access: Access, caller: Caller, tenant: string | undefined): string | undefined {
  if (access === "public" || caller === "operator") return undefined;
  if (caller !== "own" && caller !== "other") return "PLINTH_UNAUTHORIZED";
  if (access === "any") return undefined;
  const name = caller === "own" ? "alice" : "bob";
  return access === "tenant" && tenant === name ? undefined : "PLINTH_FORBIDDEN";
}

function validatorOf({ method, path, status }: Operation): ValidateFunction {
  const steps = [
    "paths",
    path,
    method.toLowerCase(),
    "responses",
    String(status),
    "content",
    "application/json",
    "schema",
  ];
  return ajv.compile({ $ref: `api#/${steps.map((step) => encodeURIComponent(step.replaceAll("/", "~1"))).join("/")}` });
}

function expectError(answer: Answer, allowed: (code: string) => boolean): void {
  const { error } = JSON.parse(answer.body) as { error: { code: keyof typeof errors; message: string } };
  expect(allowed(error.code), answer.body).toBe(true);
  expect(errors[error.code].status).toBe(answer.status);
  expect(error.message).not.toBe("");
}

async function holds(
  operation: Operation,
  caller: Caller,
  call: Call,
  authorization: string | undefined,
): Promise<void> {
  const answer = await send(call, authorization);
  const refusal = refusalOf(operation.access, caller, call.tenant);
  if (refusal !== undefined) return expectError(answer, (code) => code === refusal);
  // Routes with large bodies look at the names in their path before they look at the rest.
  if (call.isBad) {
    expect([400, 404, 415]).toContain(answer.status);
    return expectError(answer, () => true);
  }
  if (answer.status >= 400)
    return expectError(answer, (code) => code !== "PLINTH_INTERNAL" && !code.includes("UNAUTHORIZED"));
  expect(answer.status).toBe(operation.status);
  if (!answer.body.startsWith("{")) return;
  const validate = validatorOf(operation);
  validate(JSON.parse(answer.body));
  expect(validate.errors).toBeNull();
}

describe("the admin API by its description", () => {
  it.each(callers)("every route, called by %s, changes nothing of another's", async (caller) => {
    const numRuns = inputs === undefined ? 4 : Math.ceil(Number(inputs) / operations.length / callers.length);
    for (const operation of operations) {
      const victims = [`victim-of-${caller}`.toLowerCase(), "nobody"];
      if (operation.method === "DELETE") await host.deploy(victims[0]!, answering("1"));
      const property = fc.asyncProperty(
        callsOf(operation, ajv, victims),
        authorizations[caller],
        (call, authorization) => holds(operation, caller, call, authorization),
      );
      await fc.assert(property, { numRuns });
    }
    const page = await (await host.admin("/v1/audit?tenant=alice&limit=1000")).json();
    const { entries } = page as { entries: { token: { id: string }; outcome: string }[] };
    const foreign = entries.filter(({ token }) => token.id === otherId).map(({ outcome }) => outcome);
    if (caller === "other") expect(foreign).not.toEqual([]);
    expect(foreign.filter((outcome) => outcome !== "PLINTH_FORBIDDEN")).toEqual([]);
    // The operator and the owner may change the tenant: narrow limits, and half of its visitors at another version, are
    // no fault.
    await host.admin("/v1/tenants/alice/rollout", { method: "DELETE" });
    const settings = { method: "PUT", headers: { "content-type": "application/json" }, body: '{"limits":{}}' };
    expect((await host.admin("/v1/tenants/alice/settings", settings)).status).toBe(200);
    await host.deploy("alice", answering("'alice again'"));
    expect(await (await host.fetch("alice")).text()).toBe("alice again");
    expect(await (await host.fetch("bob")).text()).toBe("bob");
  });
});
