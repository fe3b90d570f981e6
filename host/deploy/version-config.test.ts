import { describe, expect, test } from "vitest";
import { noGrants } from "../bindings/binding.ts";
import { tenantLimitDefaults } from "../config/limits.ts";
import { parseTenantName } from "../store/names.ts";
import { type GrantSources, grantsOf, lowered, refuseLimitsAbove } from "./version-config.ts";

const shop = parseTenantName("shop");
const nothing: GrantSources = { secretsOf: () => ({}), kvOf: () => ({}) };

describe("grants", () => {
  test("are none, and the same none, where nothing is configured", () => {
    expect(grantsOf(shop, {}, nothing)).toBe(noGrants);
    expect(grantsOf(shop, { vars: {}, kv: [], fetch: { allow: [] }, crons: ["* * * * *"] }, nothing)).toBe(noGrants);
  });

  test("join vars, secrets, namespaces and hosts; a secret takes a var's place", () => {
    const sources: GrantSources = {
      secretsOf: () => ({ KEY: "secret", A: "from the secret" }),
      kvOf: (tenant, kv) =>
        Object.fromEntries(
          kv.map(({ binding, namespace }) => [binding, { namespace: `${tenant}/${namespace}`, write: true }]),
        ),
    };
    const config = {
      vars: { A: "from the var", B: { deep: [1] } },
      kv: [{ binding: "PAGES", namespace: "pages" }],
      fetch: { allow: ["x.org"] },
    };
    expect(grantsOf(shop, config, sources)).toEqual({
      vars: { A: "from the secret", B: { deep: [1] }, KEY: "secret" },
      kv: { PAGES: { namespace: "shop/pages", write: true } },
      fetch: { allow: ["x.org"] },
    });
  });

  test("keep a namespace's name from a secret, even where the namespace is not granted any more", () => {
    const sources = { ...nothing, secretsOf: () => ({ RATES: "secret", KEY: "k" }) };
    const { vars } = grantsOf(shop, { kv: [{ binding: "RATES", namespace: "bank/rates" }] }, sources);
    expect(vars).toEqual({ KEY: "k" });
  });
});

describe("limits", () => {
  test("of a version only lower those of the tenant", () => {
    const limits = lowered(tenantLimitDefaults, { cpuMs: 5, wallMs: 10 ** 9 });
    expect(limits).toEqual({ ...tenantLimitDefaults, cpuMs: 5 });
    expect(lowered(tenantLimitDefaults)).toEqual(tenantLimitDefaults);
  });

  test("above those of the tenant are refused at the deploy", () => {
    refuseLimitsAbove(tenantLimitDefaults, { cpuMs: tenantLimitDefaults.cpuMs, wallMs: 1 });
    refuseLimitsAbove(tenantLimitDefaults);
    expect(() => refuseLimitsAbove(tenantLimitDefaults, { wallMs: 1, cpuMs: 501 })).toThrow(
      expect.objectContaining({ code: "PLINTH_MANIFEST_LIMIT", details: { limit: "cpuMs", allowed: 500 } }),
    );
  });
});
