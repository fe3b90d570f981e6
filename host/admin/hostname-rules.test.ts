import { hostname } from "node:os";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseTenantName } from "../store/names.ts";
import { failure, startTestAdmin, type TestAdmin } from "./admin.fixture.ts";
import { createToken } from "./auth.ts";

const alice = parseTenantName("alice");
let admin: TestAdmin;
let own: Record<string, string>;
beforeEach(async () => {
  admin = await startTestAdmin();
  await admin.store.createTenant(alice);
  own = {
    authorization: `Bearer ${(await createToken(admin.store, { label: "t", tenant: alice, expiresAt: null })).text}`,
  };
});
afterEach(() => admin[Symbol.asyncDispose]());

const set = (hostnames: string[], headers?: Record<string, string>) =>
  admin.call("PUT", "/v1/tenants/alice/hostnames", {
    json: { hostnames },
    ...(headers === undefined ? {} : { headers }),
  });

describe("names of the host are nobody's", () => {
  const names = ["localhost", "LocalHost", "a.localhost", "plinth.test", "bob.plinth.test", "admin.example.com"];
  test.each([...names, "Admin.Example.com"])("%s", async (name) => {
    expect(await set([name])).toMatchObject(failure(400, "PLINTH_HOSTNAME_RESERVED"));
    expect(await set([name], own)).toMatchObject(failure(400, "PLINTH_HOSTNAME_RESERVED"));
    const tenant = { name: "other", hostnames: [name] };
    expect(await admin.call("POST", "/v1/tenants", { json: tenant })).toMatchObject(
      failure(400, "PLINTH_HOSTNAME_RESERVED"),
    );
  });

  test("the machine's own", async () => {
    expect((await set([hostname()])).status).toBe(400);
  });
});

test("a tenant's token gives names up and takes none but those that the operator has opened", async () => {
  expect(await set(["shop.example"], own)).toMatchObject(failure(403, "PLINTH_HOSTNAME_NOT_GRANTED"));
  expect((await set(["shop.example", "www.shop.example"])).status).toBe(200);
  expect((await set(["WWW.shop.example"], own)).body.hostnames).toEqual(["www.shop.example"]);
  expect(await set(["shop.example"], own)).toMatchObject(failure(403, "PLINTH_HOSTNAME_NOT_GRANTED"));
  expect((await set(["alice.apps.example", "a.alice.apps.example"], own)).status).toBe(200);
  for (const name of ["apps.example", "bob.apps.example", "xalice.apps.example", "alice.apps.example.org"])
    expect(await set([name], own)).toMatchObject(failure(403, "PLINTH_HOSTNAME_NOT_GRANTED"));
});
