/**
 * Every parser over its corpus, over changes of it, and over made-up bytes. Each input gives a result or an error of
 * the parser's own. `npm run fuzz -- parsers --inputs 1000000` tries a million inputs for each. An input that has found
 * a fault becomes a file of the corpus.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { change, mutate } from "../../host/component/mutate.fixture.ts";
import { type Parser, parsers } from "./parsers.ts";

const inputs = Number(process.env.PLINTH_FUZZ_INPUTS ?? 1_000);
const corpusFolder = join(import.meta.dirname, "corpus");

function corpusOf(name: string): Uint8Array[] {
  const folder = join(corpusFolder, name);
  return readdirSync(folder).map((file) => new Uint8Array(readFileSync(join(folder, file))));
}

function survives({ read, refuses }: Parser, bytes: Uint8Array): "read" | "refused" {
  try {
    read(bytes);
    return "read";
  } catch (error) {
    if (!refuses(error)) throw error;
    return "refused";
  }
}

it("every corpus belongs to a parser", () => {
  expect(readdirSync(corpusFolder).toSorted()).toEqual(Object.keys(parsers).toSorted());
});

describe.each(Object.entries(parsers))("%s", (name, parser) => {
  const corpus = corpusOf(name);

  it("reads what is right in its corpus, and refuses the rest", () => {
    const outcomes = corpus.map((bytes) => survives(parser, bytes));
    expect(new Set(outcomes)).toEqual(new Set(["read", "refused"]));
  });

  it("survives changes of its corpus, and any bytes", () => {
    const changed = fc
      .tuple(
        fc.constantFrom(...corpus),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.double({ min: 0, max: 2, noNaN: true }),
      )
      .map(([bytes, changes, cut]) =>
        mutate(bytes, changes).slice(0, cut < 1 ? Math.floor(cut * bytes.length) : undefined),
      );
    const spliced = fc
      .tuple(fc.constantFrom(...corpus), fc.constantFrom(...corpus), fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([a, b, at]) => Buffer.concat([a.subarray(0, at * a.length), b.subarray(at * b.length)]));
    const anything = fc.uint8Array({ maxLength: 300 });
    const input = fc.oneof({ weight: 6, arbitrary: changed }, { weight: 2, arbitrary: spliced }, anything);
    fc.assert(
      fc.property(input, (bytes) => void survives(parser, new Uint8Array(bytes))),
      { numRuns: inputs },
    );
  });
});
