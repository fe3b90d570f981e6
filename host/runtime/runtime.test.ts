import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { builtIn } from "../../runtimes/registry.ts";
import { loadRuntimes } from "./runtime.ts";

test.each([
  ["one that was asked for", { names: ["plinth:go"], needed: [] }, "plinth runtime build go"],
  ["one that every host needs", { names: [], needed: ["plinth:go"] }, "plinth runtime build go"],
  ["one of no known language", { names: ["plinth:cobol"], needed: [] }, "plinth runtime build LANGUAGE"],
])("a package that is not there is named with the command that builds it: %s", async (_, choice, command) => {
  const folder = await mkdtemp(join(tmpdir(), "plinth-runtime-"));
  const languageOf = (runtime: string) => (runtime === "plinth:go" ? "go" : undefined);
  try {
    await expect(loadRuntimes([folder], { ...choice, languageOf })).rejects.toThrow(
      expect.objectContaining({ code: "PLINTH_RUNTIME_NOT_BUILT", message: expect.stringContaining(command) }),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a package that is loaded by name is left out where no names are given", async () => {
  const choice = { byName: ["plinth:js"], needed: [], languageOf: () => undefined };
  const loaded = async (names: string[]) =>
    (await loadRuntimes([builtIn.get("js").folder], { ...choice, names })).map(({ manifest }) => manifest.name);
  expect(await loaded([])).toEqual([]);
  expect(await loaded(["plinth:js"])).toEqual(["plinth:js"]);
});
