import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PlinthError } from "../errors.ts";
import { parseManifest } from "./parse.ts";
import { readManifest } from "./read.ts";

const languages = ["go", "js"];

function refusal(text: string): PlinthError {
  try {
    parseManifest(text, "plinth.jsonc", languages);
  } catch (error) {
    if (error instanceof PlinthError && error.code === "PLINTH_MANIFEST_INVALID") return error;
    throw error;
  }
  throw new Error(`this was taken: ${text}`);
}

/** Every mistake, as "line:column: what". */
function mistakes(text: string): string[] {
  return [...refusal(text).message.matchAll(/plinth\.jsonc:(\d+:\d+: .*?)(?=\.?$|\n)/gm)].map(([, said]) => said!);
}

const everything = `{
  "$schema": "./plinth.schema.json",
  // Comments, and commas at the end of a list.
  "name": "shop", /* the tenant */
  "main": "src/index.ts",
  "runtime": "js",
  "routes": ["shop.example.com"],
  "vars": { "GREETING": "hi", "TABLE": { "a": [1, null, true] }, "$x_1": 2 },
  "kv": [
    { "binding": "PAGES", "namespace": "pages" },
    { "binding": "SHARED", "namespace": "bob/Shared_2" },
  ],
  "fetch": { "allow": ["api.example.org", "*.example.org", "localhost:8443", "127.0.0.1:80", "[::1]:8080"] },
  "crons": ["*/5 * * * *", "0 3 * * MON"],
  "limits": { "cpuMs": 50, "memoryLimitBytes": 1048576 },
  "isolation": "reuse",
}`;

test("everything that a manifest can say is read", () => {
  expect(parseManifest(everything, "plinth.jsonc", languages)).toMatchObject({
    name: "shop",
    vars: { TABLE: { a: [1, null, true] } },
    kv: [{ binding: "PAGES", namespace: "pages" }, { namespace: "bob/Shared_2" }],
    limits: { cpuMs: 50 },
  });
  expect(parseManifest("\uFEFF{}", "plinth.jsonc", languages)).toEqual({});
});

describe("a mistake is told with its place, what is wrong and what is expected", () => {
  test.each([
    ['{\n  "nmae": "x"\n}', '2:3: nmae is unknown; did you mean "name"?'],
    ['{ "colour": "x" }', /1:3: colour is unknown; expected one of \$schema, name, main, /],
    ['{ "limits": { "cpums": 5 } }', '1:15: limits.cpums is unknown; did you mean "cpuMs"?'],
    ['{ "name": "Shop" }', /1:11: name is "Shop"; expected 1 to 63 of a-z/],
    ['{ "name": 5 }', "1:11: name is 5; expected a text in quotes"],
    ['{ "runtime": "cobol" }', '1:14: runtime is "cobol"; expected "go" or "js"'],
    ['{ "routes": ["a:80"] }', /1:14: routes\[0\] is "a:80"; expected a hostname without port/],
    ['{ "vars": { "A-B": 1 } }', /1:13: vars\["A-B"\] is not a name here; expected a JavaScript identifier/],
    ['{ "vars": { "__proto__": 1 } }', /1:13: vars.__proto__ is not a name here/],
    ['{ "vars": [] }', "1:11: vars is []; expected an object: { ... }"],
    [`{ "vars": { "A": ${"[".repeat(40)}${"]".repeat(40)} } }`, /1:18: vars.A is nested too deeply/],
    ['{ "kv": [{ "binding": "A" }] }', '1:10: kv[0] has no "namespace", which it needs'],
    ['{ "kv": [{ "binding": "A", "namespace": "a/b/c" }] }', /1:41: kv\[0\].namespace is "a\/b\/c"; expected NAME/],
    [
      '{ "fetch": { "allow": ["https://x.org/"] } }',
      /1:24: fetch.allow\[0\] is "https:\/\/x.org\/"; expected a host without/,
    ],
    ['{ "fetch": { "allow": ["*"] } }', /1:24: fetch.allow\[0\] is "\*"; expected a host/],
    ['{ "crons": ["* * *"] }', /1:13: crons\[0\] is "\* \* \*"; expected five fields/],
    ['{ "crons": ["61 * * * *"] }', /1:13: crons\[0\] is "61 \* \* \* \*": .*61/],
    ['{ "crons": ["0 0 30 2 *"] }', /1:13: crons\[0\] is "0 0 30 2 \*": that time never comes; expected/],
    ['{ "crons": ["1 * * * *", "1 * * * *"] }', /1:12: crons is .*; expected each entry once/],
    ['{ "limits": { "cpuMs": 0 } }', "1:24: limits.cpuMs is 0; expected at least 1"],
    ['{ "limits": { "cpuMs": 1.5 } }', "1:24: limits.cpuMs is 1.5; expected a whole number"],
    ['{ "isolation": "none" }', '1:16: isolation is "none"; expected "request" or "reuse"'],
    ['{ "name": "a",\n "name": "b" }', "2:2: name stands here twice; expected once"],
    ["[]", "1:1: the manifest is []; expected an object: { ... }"],
    ['{ "name": "a" "main": "b" }', "1:15: is not JSON: comma expected"],
    ['{ "name": "a"', "1:14: is not JSON: close brace expected"],
    ["", /1:1: /],
    ["// nothing", /1:\d+: /],
  ])("%s", (text, expected) => {
    const [first, ...more] = mistakes(text);
    expect(more).toEqual([]);
    if (typeof expected === "string") expect(first).toBe(expected);
    else expect(first).toMatch(expected);
  });

  test("two things of one name", () => {
    const text =
      '{ "vars": { "A": 1 }, "kv": [\n{ "binding": "A", "namespace": "x" },\n{ "binding": "B", "namespace": "x" },\n' +
      '{ "binding": "B", "namespace": "y" }] }';
    expect(mistakes(text)).toEqual([
      expect.stringMatching(/^2:14: kv\[0\].binding is "A", which is the name of something else already/),
      expect.stringMatching(/^4:14: kv\[2\].binding is "B", which/),
    ]);
  });

  test("too many entries", () => {
    const vars = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`V${i}`, i]));
    expect(mistakes(JSON.stringify({ vars }))).toEqual([
      expect.stringMatching(/vars is .*; expected at most 100 entries/),
    ]);
  });

  test("all at once, in the order of the file, with particulars of the first", () => {
    const text =
      '{\n  "nmae": "x",\n  "vars": { "A": 1 },\n  "kv": [{ "binding": "A", "namespace": "n" }],\n' +
      '  "limits": { "cpuMs": "fast" }\n}';
    expect(mistakes(text).map((mistake) => mistake.split(" ")[0])).toEqual(["2:3:", "4:23:", "5:24:"]);
    expect(refusal(text).details).toEqual({ file: "plinth.jsonc", line: 2, column: 3, path: "nmae", mistakes: 3 });
  });
});

describe("a folder's manifest", () => {
  test("is read from plinth.jsonc; without the file there is none", async () => {
    const folder = await mkdtemp(join(tmpdir(), "plinth-manifest-"));
    try {
      expect(await readManifest(folder, languages)).toBeNull();
      await writeFile(join(folder, "plinth.jsonc"), everything);
      expect(await readManifest(folder, languages)).toMatchObject({ name: "shop" });
      await writeFile(join(folder, "plinth.jsonc"), "{ oops }");
      await expect(readManifest(folder, languages)).rejects.toThrow(/plinth\.jsonc:1:3: /);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
