import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseComponent } from "../../host/component/read/component.ts";
import { parseCoreModule } from "../../host/component/read/core-module.ts";
import { requireModuleType } from "../../host/component/read/module-type.ts";
import { thinModule } from "../../host/component/write/thin-module.ts";
import { memoryImport } from "../base-image.ts";
import { LAYOUT_SECTION } from "./app-module.ts";
import { type GoRuntimePackage, goRuntimePackage, installPackage } from "./build.ts";
import { captureImage } from "./image.ts";
import { goIsInstalled } from "./is-installed.ts";
import { readSymbolHeader } from "./symbols.ts";
import { findToolchain } from "./toolchain.ts";

test("a file that is no symbol table is not read as one", () => {
  expect(() => readSymbolHeader(new Uint8Array(100))).toThrow(/no symbol table/);
  expect(() => readSymbolHeader(Buffer.from("plinth go symbols 1\n{"))).toThrow(/no symbol table/);
});

describe.skipIf(!goIsInstalled)("the package plinth:go (needs Go, and is skipped without)", () => {
  let built: GoRuntimePackage;
  let files: Record<"module" | "thin" | "image" | "symbols" | "warmUp", Uint8Array<ArrayBuffer>>;
  let work: string;

  beforeAll(async () => {
    built = await goRuntimePackage(await findToolchain());
    work = mkdtempSync(join(tmpdir(), "plinth-go-package-"));
    files = Object.fromEntries(
      Object.entries(built.manifest.files).map(([name, { path }]) => [
        name,
        new Uint8Array(readFileSync(join(built.folder, path))),
      ]),
    ) as typeof files;
  }, 600_000);
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  test("has no globals of its own: Go's registers are in memory", () => {
    const { globals, policy } = built.manifest;
    expect(globals.map(({ export: name }) => name)).toEqual([
      "plinth:pages",
      "plinth:page-limit",
      "plinth:grow-refused",
    ]);
    expect(policy.imports.map(({ name }) => name)).toEqual(["memory", "table", "attach"]);
  });

  test("has the files that its manifest tells of", () => {
    for (const [name, { sha256, bytes }] of Object.entries(built.manifest.files)) {
      const contents = files[name as keyof typeof files];
      expect([name, contents.length, createHash("sha256").update(contents).digest("hex")]).toEqual([
        name,
        bytes,
        sha256,
      ]);
    }
  });

  test("has one layout: in its manifest, its full module and its symbol table", () => {
    const { layout, table, policy } = built.manifest;
    const header = readSymbolHeader(files.symbols);
    expect(header).toMatchObject({
      layout: layout!.id,
      firstFunc: table.length,
      dataAddr: layout!.data.start,
      dataEnd: layout!.data.end,
    });
    expect(layout!.functions).toEqual({ first: table.length, most: 65_536 - table.length });
    expect(policy.elements).toEqual(layout!.functions);
    const section = parseCoreModule(files.module).sections.find(({ name }) => name === LAYOUT_SECTION)!;
    expect(Buffer.from(files.module.subarray(section.body, section.end)).toString()).toContain(layout!.id);
  });

  test("reserves memory between its data and its heap", () => {
    const { data } = built.manifest.layout!;
    expect(data.end - data.start).toBe(8 << 20);
    expect(files.image.subarray(data.start, data.end).every((byte) => byte === 0)).toBe(true);
    expect(files.image.length).toBeGreaterThan(data.end);
  });

  test("offers what its warm-up component and all others ask for, and slots have no way to start it again", () => {
    const component = parseComponent(files.warmUp);
    if (component.kind !== "slim") throw new Error("not slim");
    const wanted = component.coreModules.find((module) => module.kind === "import")!;
    const thin = parseCoreModule(files.thin);
    const offered = built.manifest.exports.map(({ name }) => name);
    expect(() => requireModuleType(wanted.type, built.manifest, { name: "", offset: 0 })).not.toThrow();
    const names = thin.exports.map(({ name }) => name);
    for (const name of [...offered, "reseed", "plinth:pages"]) expect(names).toContain(name);
    expect(names).not.toContain("_initialize");
    expect([thin.start, thin.data]).toEqual([undefined, []]);
  });

  test("has an image that comes out the same each time", () => {
    const image = captureImage(files.module, thinModule(files.module, { memoryImport }));
    expect(Buffer.compare(image.bytes, files.image)).toBe(0);
    expect(image.globals).toEqual(built.manifest.globals);
    expect(image.pages).toBe(built.manifest.memory.initialPages);
  });

  test("is installed once", async () => {
    const target = join(work, "dist");
    expect(await Promise.all([installPackage(built, target), installPackage(built, target)])).toContain(true);
    expect(await installPackage(built, target)).toBe(false);
    expect(existsSync(join(target, "runtime.json"))).toBe(true);
  });
});
