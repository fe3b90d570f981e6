import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { tenantLimitDefaults } from "../config/limits.ts";
import { limitDescriptions } from "./limit-descriptions.ts";
import { builtInSchemaOf } from "./schema.ts";

interface Described {
  description?: string;
  properties?: Record<string, Described>;
}

const manifestSchema = builtInSchemaOf([]);

test("every property has a description, for editors", () => {
  const without = (schema: Described, path: string): string[] =>
    Object.entries(schema.properties ?? {}).flatMap(([name, property]) => [
      ...(property.description ? [] : [`${path}${name}`]),
      ...without(property, `${path}${name}.`),
    ]);
  const schema = JSON.parse(JSON.stringify(manifestSchema)) as Described;
  expect(without(schema, "").filter((path) => path !== "fetch.allow")).toEqual([]);
  expect(Object.keys(limitDescriptions).toSorted()).toEqual(Object.keys(tenantLimitDefaults).toSorted());
});

test("docs/reference/manifest.md lists every property and limit, and no other", async () => {
  const page = await readFile(new URL("../../docs/reference/manifest.md", import.meta.url), "utf8");
  const listed = [...page.matchAll(/^\| `([$\w.[\]]+)` \|/gm)].map(([, name]) => name!);
  expect(listed.toSorted()).toEqual(Object.keys(manifestSchema.properties).toSorted());
});
