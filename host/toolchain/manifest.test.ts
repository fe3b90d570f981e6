import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { builtIn } from "../../runtimes/registry.ts";
import { editorSchema } from "./manifest.ts";

test("plinth.schema.json is the schema; after a change: npm run schema", async () => {
  const file = await readFile(new URL("../manifest/plinth.schema.json", import.meta.url), "utf8");
  expect(JSON.parse(file)).toEqual(JSON.parse(JSON.stringify(editorSchema(builtIn))));
});

test("the description of main names a language for each kind of program, and each kind once", () => {
  const { description } = JSON.parse(JSON.stringify(editorSchema(builtIn))).properties.main;
  expect(description).not.toContain("()");
  expect(description.match(/main\.py/g)).toHaveLength(1);
});
