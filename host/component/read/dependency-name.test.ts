import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ComponentError } from "./component-error.ts";
import { compareVersions, lockedDependencyName, parseDependency, parseVersion, satisfies } from "./dependency-name.ts";

const sha256 = new Uint8Array(32).map((_, index) => index * 7);
const version = (text: string) => parseVersion(text)!;

describe("parseDependency", () => {
  it("reads what lockedDependencyName writes", () => {
    const dependency = parseDependency(lockedDependencyName("plinth:go", "1.26.8", sha256));
    expect(dependency).toEqual({ kind: "locked", package: "plinth:go", version: version("1.26.8"), sha256 });
  });

  it.each([
    ["unlocked-dep=<plinth:js@{>=1.0.0 <2.0.0}>", "1.0.0", "2.0.0"],
    ["unlocked-dep=<plinth:js@{>=1.2.3-rc.1}>", "1.2.3-rc.1", undefined],
    ["unlocked-dep=<plinth:js@{<2.0.0}>", undefined, "2.0.0"],
    ["unlocked-dep=<plinth:js@*>", undefined, undefined],
    ["unlocked-dep=<plinth:js>", undefined, undefined],
  ])("reads %s", (name, lower, upper) => {
    expect(parseDependency(name)).toEqual({
      kind: "unlocked",
      package: "plinth:js",
      lower: lower && version(lower),
      upper: upper && version(upper),
    });
  });

  it.each([
    ["plinth:js"],
    ["unlocked-dep=<js@*>"],
    ["unlocked-dep=<plinth:js@{}>"],
    ["unlocked-dep=<plinth:js@{ <2.0.0}>"],
    ["unlocked-dep=<plinth:js@{>=1.0.0<2.0.0}>"],
    ["unlocked-dep=<plinth:js@{>=1.0}>"],
    ["unlocked-dep=<plinth:js@{>=01.0.0}>"],
    ["unlocked-dep=<Plinth:js@*>"],
    ["unlocked-dep=<plinth:js@*> "],
    ["locked-dep=<plinth:js@{>=1.0.0}>"],
    ["locked-dep=<plinth:js@1.0.0>,integrity=<sha256-abc>"],
    ["locked-dep=<plinth:js@1.0.0>,integrity=<md5-abc>"],
  ])("refuses %s", (name) => {
    expect(() => parseDependency(name, 12)).toThrow(
      expect.objectContaining({ kind: "malformed", offset: 12, subject: name }) as Error,
    );
  });

  it("takes the SHA-256 among several hashes, and says so where there is none", () => {
    const base64 = Buffer.from(sha256).toString("base64");
    const both = parseDependency(`locked-dep=<a:b@1.0.0>,integrity=<sha512-AAAA sha256-${base64}?x=y>`);
    expect(both).toMatchObject({ sha256 });
    expect(() => parseDependency("locked-dep=<a:b@1.0.0>,integrity=<sha384-AAAA>")).toThrow(
      expect.objectContaining({ kind: "unsupported" }) as Error,
    );
  });

  it("answers any text with a dependency or a ComponentError", () => {
    const pieces = fc.constantFrom(
      "locked-dep=<",
      "un",
      "plinth:js",
      "@",
      "{>=",
      "1.0.0",
      " <",
      "}",
      ">",
      ",integrity=<",
      "*",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((parts) => parts.join("")),
        ),
        (name) => {
          try {
            parseDependency(name);
          } catch (error) {
            expect(error).toBeInstanceOf(ComponentError);
          }
        },
      ),
    );
  });
});

describe("versions", () => {
  it("are ordered as semver.org says", () => {
    const inOrder =
      "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.1 1.2.0 2.0.0";
    const versions = inOrder.split(" ").map(version);
    for (const [i, a] of versions.entries()) {
      for (const [j, b] of versions.entries()) expect(Math.sign(compareVersions(a, b))).toBe(Math.sign(i - j));
    }
    expect(compareVersions(version("1.0.0+a"), version("1.0.0+b"))).toBe(0);
  });

  it.each(["1.0", "v1.0.0", "1.0.0-01", "1.0.0-a..b", "99999999999999999999.0.0", ""])(
    "has not the form %s",
    (text) => {
      expect(parseVersion(text)).toBeUndefined();
    },
  );

  it("satisfy a range from its lower bound, inclusive, to its upper, exclusive", () => {
    const range = parseDependency("unlocked-dep=<plinth:js@{>=1.0.0 <2.0.0}>");
    const offered = (text: string) => satisfies(range, { package: "plinth:js", version: version(text), sha256 });
    expect(["0.9.9", "1.0.0", "1.9.9", "2.0.0", "1.0.0-rc.1"].map(offered)).toEqual([false, true, true, false, false]);
    expect(satisfies(range, { package: "plinth:go", version: version("1.0.0"), sha256 })).toBe(false);
  });

  it("satisfy a lock with the same version and hash", () => {
    const lock = parseDependency(lockedDependencyName("plinth:go", "1.26.8", sha256));
    const offer = { package: "plinth:go", version: version("1.26.8"), sha256 };
    expect(satisfies(lock, offer)).toBe(true);
    expect(satisfies(lock, { ...offer, version: version("1.26.9") })).toBe(false);
    expect(satisfies(lock, { ...offer, sha256: new Uint8Array(32) })).toBe(false);
  });
});
