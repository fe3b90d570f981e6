import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseCoreModule } from "../../host/component/read/core-module.ts";
import { matchesExternType } from "../../host/component/read/module-type.ts";
import { readManifest } from "../../host/runtime/manifest.ts";
import { dataRuntimeExports } from "../data-module.ts";
import { abiExports } from "./assemble.ts";
import { buildRuntime, makeRuntimePackage, packageFolder } from "./build.ts";
import { type EngineVariant, readEngine } from "./engine.ts";
import { bodyText, JavaScriptSlot } from "./slot.fixture.ts";

describe.each<EngineVariant>(["quickjs", "quickjs-ng"])("the engine %s", (variant) => {
  test("every import and every export that the adapter needs has a name", () => {
    const engine = readEngine(variant);
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(engine.module as Uint8Array<ArrayBuffer>));
    expect([...engine.imports.values()].sort()).toEqual(imports.map(({ name }) => name).sort());
    expect(engine.imports.get("shouldInterrupt")).toBeDefined();
    expect(engine.exports.get("QTS_NewContext")).toBeDefined();
  });
});

test("two builds give the same bytes", async () => {
  const [one, two] = [await makeRuntimePackage(), await makeRuntimePackage()];
  expect(two.manifest).toEqual(one.manifest);
  for (const which of ["module", "thin", "image"] as const) {
    expect(Buffer.compare(one.files[which], two.files[which])).toBe(0);
  }
});

test("the adapter and the prelude work with quickjs-ng too", async () => {
  const slot = await JavaScriptSlot.make(await makeRuntimePackage("quickjs-ng"));
  const source = `export default async (r) => {
    await new Promise((f) => setTimeout(f, 1));
    return Response.json([r.url, crypto.randomUUID().length]);
  }`;
  expect(JSON.parse(bodyText(slot.serve(source)))).toEqual(["http://tenant.localhost/", 36]);
});

describe("the package", () => {
  test("is not built again when it is up to date", async () => {
    await buildRuntime();
    expect(await buildRuntime()).toBe(false);
  });

  test("offers what slim components import, needs the host's calls, and no more", async () => {
    await buildRuntime();
    const manifest = readManifest(JSON.parse(readFileSync(join(packageFolder, "runtime.json"), "utf8")));
    expect(manifest.exports.map(({ name }) => name)).toEqual([...abiExports]);
    for (const wanted of dataRuntimeExports) {
      const offered = manifest.exports.find(({ name }) => name === wanted.name);
      expect(offered && matchesExternType(offered.type, wanted.type), wanted.name).toBe(true);
    }
    expect(manifest.imports.map(({ module, name }) => `${module}.${name}`).sort()).toEqual(
      [
        "call",
        "interrupted",
        "log",
        "monotonic",
        "now",
        "random",
        "reply_size",
        "reply_take",
        "timer_cancel",
        "timer_start",
      ].map((name) => `plinth:host.${name}`),
    );
    const thin = parseCoreModule(readFileSync(join(packageFolder, manifest.files.thin.path)));
    expect(
      thin.exports.map(({ name }) => name).filter((name) => !manifest.globals.some((g) => g.export === name)),
    ).toEqual([...abiExports]);
  });
});
