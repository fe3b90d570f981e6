import { describe, expect, test } from "vitest";
import { importsOf } from "../../test/support/imports.ts";
import { loadBindings, registry } from "./registry.ts";

/** The sources that are loaded with a module. A side is imported when it is opened, and does not count. */
function loadedWith(...files: string[]): string[] {
  const loaded = new Set<string>(files);
  for (const file of loaded) {
    for (const { to, isType, isLazy } of importsOf(file)) if (!isType && !isLazy) loaded.add(to);
  }
  return [...loaded];
}

const workers = ["host/worker/slot-worker-entry.ts", "host/worker/slot-worker.ts", "host/worker/static-worker.ts"];
const workerSide = /^host\/bindings\/[^/]+\/(worker|reader)\.ts$/;
const hostSide = /^host\/bindings\/[^/]+\/(host|service|writer|fetch|connections|secrets)\.ts$/;

describe("a thread loads the side that it opens, and no other", () => {
  test("workers", () => {
    const sides = loadedWith(...workers, "host/bindings/kv/worker.ts").filter((file) =>
      /^host\/bindings\/.*\//.test(file),
    );
    expect(sides).toContain("host/bindings/kv/reader.ts");
    expect(sides.filter((file) => hostSide.test(file))).toEqual([]);
  });

  test("the manifest's schema, which the CLI loads", () => {
    const loaded = loadedWith("host/manifest/schema.ts");
    expect(loaded).toContain("host/bindings/kv/binding.ts");
    expect(loaded.filter((file) => hostSide.test(file) || workerSide.test(file))).toEqual([]);
  });
});

test("bindings of other modules come after those of the registry; a name that is there twice is refused", async () => {
  const template = new URL("./template/binding.ts", import.meta.url).href;
  const names = (await loadBindings([template])).map(({ name }) => name);
  expect(names).toEqual([...registry.map(({ name }) => name), "template"]);
  await expect(loadBindings([template, template])).rejects.toThrow("there is a binding with the name template already");
});
