/**
 * A small binding with every part that a binding can have, as a start for a new one (docs/contributing/add-a-binding.md).
 * It finds words in a text, and it waits. It is not in the registry, so only the hosts of its tests offer it.
 */
import { Type } from "#typebox";
import { defineBinding } from "../binding.ts";
import { isRecord } from "../is-record.ts";
import { closed, MOST_ENTRIES } from "../schema-parts.ts";
import { templateImports } from "./wit.ts";

const schema = Type.Object(
  { words: Type.Array(Type.String(), { maxItems: MOST_ENTRIES, description: "Words to be found in texts." }) },
  { ...closed, description: "Finds words in texts, and waits." },
);

/** The part of a manifest: `"template": { "words": ["plinth"] }`. */
export type TemplateConfig = Type.Static<typeof schema>;

/** The grant of a version. It crosses to the workers as JSON. */
export interface TemplateGrant {
  readonly words: readonly string[];
  /** Longest wait, ms. */
  readonly waitMs: number;
}

/** The data that the side in a worker is opened with. */
export interface TemplateData {
  /** Characters of a text. */
  readonly textLimit: number;
}

export default defineBinding({
  name: "template",
  schema,
  mistakes: (config) =>
    wordsOf(config).flatMap((word, index) =>
      typeof word === "string" && word.includes(" ")
        ? [{ path: ["words", index], text: `is ${JSON.stringify(word)}; expected a single word` }]
        : [],
    ),
  environment: {
    names: () => [],
    value: (grant?: TemplateGrant) => [...(grant?.words ?? [])],
  },
  worker: async (data: TemplateData) => new (await import("./worker.ts")).TemplateWorkerSide(data),
  host: async (services) => new (await import("./host.ts")).TemplateSide(services),
  wit: {
    interface: "plinth:template/words@0.1.0",
    suspending: ["wait"],
    file: new URL("./template.wit", import.meta.url),
    imports: (calls) => templateImports(calls),
  },
});

function wordsOf(config: unknown): readonly unknown[] {
  return isRecord(config) && Array.isArray(config.words) ? config.words : [];
}
