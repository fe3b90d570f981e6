import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dataModule, dataRuntimeExports } from "../../runtimes/data-module.ts";
import { builtIn } from "../../runtimes/registry.ts";
import type { SlimComponent } from "../component/read/component.ts";
import { parseVersion } from "../component/read/dependency-name.ts";
import { buildSlimComponent } from "../component/write/slim-component.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { TestTenants } from "./capture.fixture.ts";
import { inspect } from "./inspect.ts";
import { resolveRuntime } from "./resolve-runtime.ts";

let tenants: TestTenants;
let real: Runtime;
/** The runtimes, newest first, as a host has them. */
let runtimes: Runtime[];
beforeAll(async () => {
  tenants = await TestTenants.open();
  real = tenants.runtime;
  runtimes = ["2.0.0", "1.4.0", "1.2.0"].map(version);
});
afterAll(() => tenants[Symbol.asyncDispose]());

/** The real runtime under another version, with a hash of its own. */
function version(text: string): Runtime {
  const sha256 = Buffer.alloc(32, text);
  return {
    ...real,
    key: `plinth:js@${text}`,
    manifest: { ...real.manifest, version: text },
    integrity: `sha256-${sha256.toString("base64")}`,
    offer: { package: "plinth:js", version: parseVersion(text)!, sha256 },
  };
}

function asking(dependency: string, runtimeExports = dataRuntimeExports): SlimComponent {
  const appModule = dataModule(Buffer.from("export default () => new Response()"));
  const bytes = buildSlimComponent({ dependency, runtimeExports, appModule, world: "resumable-service" });
  return inspect(bytes, { slim: 1_000_000, static: 1_000_000 }) as SlimComponent;
}

const resolve = (dependency: string) => resolveRuntime(asking(dependency), runtimes, builtIn).key;
const failsWith = (code: string, ...texts: string[]) =>
  expect.objectContaining({
    code,
    message: expect.stringMatching(new RegExp(texts.map((text) => text.replace(/[.*+^]/g, "\\$&")).join(".*"))),
  });

describe("a runtime is found", () => {
  test.each([
    ["unlocked-dep=<plinth:js>", "plinth:js@2.0.0"],
    ["unlocked-dep=<plinth:js@*>", "plinth:js@2.0.0"],
    ["unlocked-dep=<plinth:js@{>=1.0.0 <2.0.0}>", "plinth:js@1.4.0"],
    ["unlocked-dep=<plinth:js@{<1.4.0}>", "plinth:js@1.2.0"],
    ["locked-dep=<plinth:js@1.2.0>", "plinth:js@1.2.0"],
  ])("%s: %s", (dependency, found) => {
    expect(resolve(dependency)).toBe(found);
  });

  test("by its hash, where the hash is the one that the component was linked against", () => {
    const { integrity } = runtimes[2]!;
    expect(resolve(`locked-dep=<plinth:js@1.2.0>,integrity=<${integrity}>`)).toBe("plinth:js@1.2.0");
  });
});

describe("a component is refused", () => {
  test("whose runtime the host does not have", () => {
    expect(() => resolve("unlocked-dep=<plinth:cobol>")).toThrow(
      failsWith("PLINTH_UNKNOWN_RUNTIME", "plinth:cobol", "PLINTH_RUNTIME_FOLDERS", "plinth:js."),
    );
  });

  test("whose runtime has not been built before the host started: how to build it", () => {
    expect(() => resolve("unlocked-dep=<plinth:go>")).toThrow(
      failsWith("PLINTH_UNKNOWN_RUNTIME", "plinth:go", "plinth runtime build go"),
    );
  });

  test("whose runtime has no version that fits", () => {
    expect(() => resolve("unlocked-dep=<plinth:js@{>=3.0.0}>")).toThrow(
      failsWith("PLINTH_RUNTIME_VERSION", ">=3.0.0", "2.0.0, 1.4.0, 1.2.0"),
    );
    expect(() => resolve("locked-dep=<plinth:js@1.3.0>")).toThrow(failsWith("PLINTH_RUNTIME_VERSION", "1.3.0"));
  });

  test("that was linked against another build of the version", () => {
    const { integrity } = runtimes[1]!;
    expect(() => resolve(`locked-dep=<plinth:js@1.2.0>,integrity=<${integrity}>`)).toThrow(
      failsWith("PLINTH_RUNTIME_INTEGRITY", "plinth:js@1.2.0"),
    );
  });

  test("that expects what the runtime does not export", () => {
    const [first, ...rest] = dataRuntimeExports;
    const component = asking("unlocked-dep=<plinth:js>", [{ ...first!, name: "no_such_export" }, ...rest]);
    expect(() => resolveRuntime(component, runtimes, builtIn)).toThrow(
      failsWith("PLINTH_RUNTIME_TYPE", "no_such_export"),
    );
  });
});
