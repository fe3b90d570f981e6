import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Answer, difference } from "./answers.ts";
import { stage } from "./staging.ts";
import { table } from "./table.ts";

test("the page's table has each program's module with the version of go.mod", async () => {
  const folder = await mkdtemp(join(tmpdir(), "plinth-go-modules-"));
  try {
    const programs = await stage(folder);
    const page = await readFile(new URL("../../docs/reference/go.md", import.meta.url), "utf8");
    const rows = [...page.matchAll(/^\| `(\S+)` \| (v\S+) \|/gm)].map(([, module, version]) => ({ module, version }));
    expect(rows).toEqual(programs.map(({ module, version }) => ({ module, version })));
    expect(await readdir(folder)).toEqual(expect.arrayContaining(programs.map(({ name }) => `slim-${name}`)));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the first difference of answers is told, and times make none", () => {
  const answer = (body: string, ms = 1): Answer => ({ status: 200, type: "text/plain", body, ms });
  const native = [answer("a"), answer("b"), answer("c")];
  expect(difference(native, [answer("a", 9), answer("b"), answer("c")])).toBeNull();
  expect(difference(native, [answer("a"), answer("x"), { ...answer("c"), status: 500 }])).toBe(
    'GET /users/7?q=x: body "x" instead of "b"',
  );
  expect(difference(native, [answer("a"), answer("b"), { ...answer("d"), status: 500 }])).toBe(
    'POST /in: status "500" instead of "200"',
  );
});

test("a row has a verdict in one line, or what is missing", () => {
  const program = { name: "m", module: "example.com/m", version: "v1.0.0" };
  expect(
    table([
      { ...program, bytes: 1_234_567, coldMs: 9.87, difference: null },
      { ...program, bytes: null, coldMs: null, difference: "no\ncode | here" },
    ])
      .split("\n")
      .slice(2),
  ).toEqual([
    "| `example.com/m` | v1.0.0 | 1,234,567 | 9.9 | as natively |",
    "| `example.com/m` | v1.0.0 |  |  | no code \\| here |",
  ]);
});
