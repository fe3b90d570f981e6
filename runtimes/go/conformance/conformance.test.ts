/**
 * Test suites of the standard library, linked slim and run on the shared base, each twice in the same slot.
 * `npm run conformance:go` runs those of all packages.
 */
import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import { type GoRuntimePackage, goRuntimePackage } from "../build.ts";
import { findToolchain, type Toolchain } from "../toolchain.ts";
import { defaults, runPackage } from "./conformance.ts";
import { defaultPackages } from "./packages.ts";

/** A selection: callbacks, goroutines and timers, text, files, weak pointers and the collector. */
const packages = ["container/list", "sort", "sync", "encoding/csv", "path/filepath", "unique"];

test("the packages that are run here are among all of them", () => {
  expect(defaultPackages).toEqual(expect.arrayContaining(packages));
});

/** Timeout with room for building linker and base, and for compiling packages for their tests, ms. */
const FIRST_BUILD_MS = 600_000;

const hasGo = (() => {
  try {
    execFileSync("go", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasGo)("tests of Go's standard library on the shared base (needs Go, and is skipped without)", () => {
  let toolchain: Toolchain;
  let runtime: GoRuntimePackage;

  beforeAll(async () => {
    toolchain = await findToolchain();
    runtime = await goRuntimePackage(toolchain);
  }, FIRST_BUILD_MS);

  test.each(packages)(
    "%s ends as in a static program",
    async (pkg) => {
      const result = await runPackage(toolchain, runtime, pkg, { ...defaults, runs: 2 });
      expect(result.unexplained).toEqual([]);
      expect(result.slim.reason).toBeUndefined();
      expect(result.slim.outcome).toBe("pass");
      expect(result.static.outcome).toBe("pass");
      expect(result.slim.passed).toBeGreaterThan(0);
      expect(result.slim.bytes).toBeLessThan(result.static.bytes / 2);
    },
    FIRST_BUILD_MS,
  );
});
