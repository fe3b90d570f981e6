/** The admin API's access rules, and its log of changes. */
import { describe, expect, it } from "vitest";
import { startTestHost, type TestHost } from "./support/host.ts";
import { answering } from "./support/programs.ts";

const json = { "content-type": "application/json" };

interface Operation {
  method: string;
  path: string;
  access: string;
}

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers have many shapes, and each test says which part it reads
  body: any;
}

async function call(
  host: TestHost,
  token: string | null,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(host.adminUrl + path, {
    method,
    headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : json) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text };
}

async function tokenFor(host: TestHost, tenant?: string, more: object = {}): Promise<{ id: string; token: string }> {
  const body = { label: `for ${tenant ?? "the operator"}`, ...(tenant === undefined ? {} : { tenant }), ...more };
  const made = await call(host, host.token, "POST", "/v1/tokens", body);
  expect(made.status).toBe(201);
  return made.body;
}

/** Every route of the description, with names in place of its parameters. */
async function operations(host: TestHost, tenant: string): Promise<Operation[]> {
  const { body } = await call(host, null, "GET", "/v1/openapi.json");
  const all: Operation[] = [];
  for (const [path, methods] of Object.entries(body.paths as Record<string, Record<string, { description: string }>>)) {
    for (const [method, { description }] of Object.entries(methods)) {
      const filled = path.replace("{name}", tenant).replaceAll(/\{\w+\}/g, "1");
      all.push({ method: method.toUpperCase(), path: filled, access: description });
    }
  }
  return all;
}

describe("a tenant's token", () => {
  it("opens nothing of another tenant's and nothing of the operator's, whatever the route", async () => {
    await using host = await startTestHost();
    await host.deploy("alice", answering("1"));
    await host.deploy("bob", answering("2"));
    const { token } = await tokenFor(host, "alice");
    const routes = await operations(host, "bob");
    expect(routes.length).toBeGreaterThan(20);
    for (const { method, path, access } of routes) {
      const query = path === "/v1/hostnames/check" ? "?domain=bob.localhost" : "";
      const { status, body } = await call(host, token, method, path + query);
      const open = /no token|Any valid token/.test(access);
      if (open) expect([path, status]).toEqual([path, 200]);
      else expect([method, path, status, body.error?.code]).toEqual([method, path, 403, "PLINTH_FORBIDDEN"]);
    }
    // The answer does not even tell whether the tenant exists.
    expect(await call(host, token, "GET", "/v1/tenants/nobody")).toMatchObject({ status: 403 });
    expect(await (await host.fetch("bob")).text()).toBe("2");
  });

  it("opens what is its own, and not its limits", async () => {
    await using host = await startTestHost();
    await host.deploy("alice", answering("1"));
    const { token, id } = await tokenFor(host, "alice");
    const uploaded = await fetch(`${host.adminUrl}/v1/tenants/alice/versions?activate=true`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/wasm" },
      body: answering("2"),
    });
    expect(uploaded.status).toBe(201);
    expect(await (await host.fetch("alice")).text()).toBe("2");
    const own = (method: string, path: string, body?: unknown) =>
      call(host, token, method, `/v1/tenants/alice${path}`, body);
    expect((await own("POST", "/rollback")).status).toBe(200);
    expect((await own("POST", "/versions/2/activate")).status).toBe(200);
    expect((await own("DELETE", "/versions/1")).status).toBe(204);
    expect((await own("PUT", "/hostnames", { hostnames: ["a.example"] })).status).toBe(403);
    await call(host, host.token, "PUT", "/v1/tenants/alice/hostnames", { hostnames: ["a.example", "b.example"] });
    expect((await own("PUT", "/hostnames", { hostnames: ["a.example"] })).status).toBe(200);
    for (const path of ["", "/versions", "/logs"]) expect((await own("GET", path)).status).toBe(200);
    expect((await own("PUT", "/settings", { limits: { cpuMs: 1_000_000 } })).status).toBe(403);
    expect((await own("DELETE", "")).status).toBe(403);
    expect((await call(host, token, "GET", "/v1/token")).body).toMatchObject({ id, scope: "tenant", tenant: "alice" });
  });
});

describe("tokens", () => {
  it("are shown once, noted when used, and void when deleted, over, or their tenant is gone", async () => {
    await using host = await startTestHost();
    for (const name of ["alice", "bob"]) await call(host, host.token, "POST", "/v1/tenants", { name });
    const alice = await tokenFor(host, "alice");
    const bob = await tokenFor(host, "bob");
    const operator = await tokenFor(host);
    const over = await tokenFor(host, "alice", { expiresAt: new Date(Date.now() - 1_000).toISOString() });
    const later = await tokenFor(host, "alice", { expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    const works = async ({ token }: { token: string }) => (await call(host, token, "GET", "/v1/token")).status;
    expect([
      await works(alice),
      await works(bob),
      await works(operator),
      await works(over),
      await works(later),
    ]).toEqual([200, 200, 200, 401, 200]);

    const { body } = await call(host, operator.token, "GET", "/v1/tokens");
    expect(body.tokens.length).toBe(6);
    for (const { token } of [alice, bob, operator]) expect(JSON.stringify(body)).not.toContain(token);
    const listed = body.tokens.find(({ id }: { id: string }) => id === alice.id);
    expect(listed).toMatchObject({
      label: "for alice",
      scope: "tenant",
      tenant: "alice",
      lastUsedAt: expect.any(String),
    });

    expect((await call(host, host.token, "DELETE", `/v1/tokens/${alice.id}`)).status).toBe(204);
    expect((await call(host, host.token, "DELETE", `/v1/tokens/${alice.id}`)).body.error.code).toBe(
      "PLINTH_TOKEN_NOT_FOUND",
    );
    await call(host, host.token, "DELETE", "/v1/tenants/bob");
    await call(host, host.token, "POST", "/v1/tenants", { name: "bob" });
    expect([await works(alice), await works(bob), await works(operator)]).toEqual([401, 401, 200]);
    const nobody = await call(host, host.token, "POST", "/v1/tokens", { label: "x", tenant: "nobody" });
    expect(nobody.body.error.code).toBe("PLINTH_TENANT_NOT_FOUND");
  });
});

describe("the audit log", () => {
  it("has every change and every refused one, with who and what, and no secrets", async () => {
    await using host = await startTestHost();
    await host.deploy("alice", answering("'the program'"));
    const { token, id } = await tokenFor(host, "alice");
    await call(host, token, "POST", "/v1/tenants/alice/rollback");
    await call(host, token, "PUT", "/v1/tenants/alice/settings", { limits: {} });
    await call(host, token, "GET", "/v1/tenants/alice");
    await call(host, "wrong", "DELETE", "/v1/tenants/alice");
    await call(host, host.token, "PUT", "/v1/tenants/alice/settings", { isolation: "reuse" });
    await call(host, host.token, "DELETE", `/v1/tokens/${id}`);
    await call(host, host.token, "DELETE", "/v1/tenants/alice");

    const { body } = await call(host, host.token, "GET", "/v1/audit");
    const seen = body.entries
      .toReversed()
      .map((entry: Record<string, unknown>) => [
        (entry.token as { label: string }).label,
        entry.action,
        entry.tenant,
        entry.target,
        entry.outcome,
      ]);
    const operator = "the data folder's admin-token";
    expect(seen).toEqual([
      [operator, "tenant.create", "alice", null, "done"],
      [operator, "version.add", "alice", "1", "done"],
      [operator, "token.create", "alice", id, "done"],
      ["for alice", "version.rollback", "alice", null, "PLINTH_NO_PREVIOUS_VERSION"],
      ["for alice", "tenant.settings", "alice", null, "PLINTH_FORBIDDEN"],
      [operator, "tenant.settings", "alice", null, "done"],
      [operator, "token.delete", null, id, "done"],
      [operator, "tenant.delete", "alice", null, "done"],
    ]);
    expect(JSON.stringify(body)).not.toContain(token);

    const first = await call(host, host.token, "GET", "/v1/audit?tenant=alice&limit=4");
    const rest = await call(host, host.token, "GET", `/v1/audit?tenant=alice&limit=4&after=${first.body.next}`);
    expect([...first.body.entries, ...rest.body.entries].map(({ action }) => action)).toEqual(
      seen
        .filter((entry: unknown[]) => entry[2] === "alice")
        .map((entry: unknown[]) => entry[1])
        .toReversed(),
    );
  });
});
