import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isTenantName, parseHostname, parseTenantName } from "./names.ts";

describe("tenant names", () => {
  test.each(["a", "7", "alice", "a-b", "xn--bcher-kva", "a".repeat(63)])("%s is one", (name) => {
    expect(parseTenantName(name)).toBe(name);
  });

  test.each(["", "-a", "a-", "A", "a.b", "a_b", "a b", "ä", "a\n", "../x", "a".repeat(64)])("%j is none", (name) => {
    expect(isTenantName(name)).toBe(false);
    expect(() => parseTenantName(name)).toThrow(expect.objectContaining({ code: "PLINTH_TENANT_NAME" }));
  });

  test("an accepted name is safe in a path, a URL and a hostname", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (isTenantName(text))
          expect(new URL(`http://${text}.localhost/t/${text}`).href).toContain(`//${text}.localhost/t/${text}`);
      }),
    );
  });
});

describe("hostnames", () => {
  test("are kept in lower case", () => {
    expect(parseHostname("Shop.Example.COM")).toBe("shop.example.com");
  });

  test.each([
    "",
    ".",
    "a..b",
    "a.b.",
    "*.example.com",
    "example.com:80",
    "127.0.0.1",
    "1.2.3",
    "[::1]",
    "::1",
    "-a.com",
    "a/b",
    `${"a.".repeat(127)}com`,
  ])("%j is refused", (text) => {
    expect(() => parseHostname(text)).toThrow(expect.objectContaining({ code: "PLINTH_HOSTNAME" }));
  });
});
