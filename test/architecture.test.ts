/** docs/reference/architecture.md says which folder imports which. These tests compare the page with the sources. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { circles, type Import, importsOf, sources } from "./support/imports.ts";

const page = readFileSync(join(import.meta.dirname, "../docs/reference/architecture.md"), "utf8");

/** Every folder may import these folders, so the table does not list them. */
const everyones = new Set(["errors"]);

/** The imports that the page's table allows, by folder, such as "host/store". */
const rows = new Map(
  [...page.matchAll(/^\| `(?<folder>(host|runtimes)\/[\w./-]*)` \|.*\| (?<imports>[^|]*) \|$/gm)].map(({ groups }) => [
    groups!.folder!.replace(/\/$/, ""),
    groups!.imports === "nothing"
      ? []
      : groups!
          .imports!.replaceAll(/ \([^)]*\)/g, "")
          .split(", ")
          .toSorted(),
  ]),
);

/** The row that a file belongs to: the row of the longest matching folder. */
function roomOf(file: string): string {
  const found = [...rows.keys()].filter((row) => file === row || file.startsWith(`${row}/`));
  const room = found.toSorted((a, b) => b.length - a.length)[0];
  return (
    room ??
    file
      .split("/")
      .slice(0, file.startsWith("host/") ? 2 : 1)
      .join("/")
      .replace(/\.ts$/, "")
  );
}

/** The name of a room in the table's cells: its path without `host/`. */
function nameOf(room: string): string {
  return room.replace(/^host\//, "");
}

const files = await sources("host", "runtimes");
const imports = files.flatMap(importsOf);

function edgesBetween(found: readonly Import[], nodeOf: (file: string) => string): Map<string, Set<string>> {
  const edges = new Map<string, Set<string>>();
  for (const { from, to } of found) {
    const [a, b] = [nodeOf(from), nodeOf(to)];
    if (a !== b) edges.set(a, (edges.get(a) ?? new Set()).add(b));
  }
  return edges;
}

function lists(edges: ReadonlyMap<string, ReadonlySet<string>>): Map<string, string[]> {
  return new Map([...edges].map(([from, to]) => [from, [...to]]));
}

const rooms = edgesBetween(imports, (file) => nameOf(roomOf(file)));

describe("the table of folders", () => {
  test("has a row for every folder of the host", () => {
    const folders = files.filter((file) => /^host\/[^/]+\//.test(file)).map((file) => file.split("/")[1]!);
    const named = [...rows.keys()].map((row) => row.split("/")[1]);
    expect([...new Set(folders)].filter((folder) => !named.includes(folder) && !everyones.has(folder))).toEqual([]);
  });

  test.each([...rows].filter(([, stated]) => stated[0] !== "all"))(
    "says what %s imports, no more and no less",
    (room, stated) => {
      const found = [...(rooms.get(nameOf(room)) ?? [])].filter(
        (name) => !everyones.has(name) && name !== "package.json",
      );
      expect(found.toSorted()).toEqual(stated);
    },
  );

  test("leads from no folder back to itself", () => {
    // The table of errors takes the languages' rows from files that import nothing.
    const others = new Map([...rooms].filter(([room]) => !everyones.has(room)));
    expect(circles(lists(others))).toEqual([]);
  });
});

describe("files", () => {
  test("are loaded in no circle", () => {
    const loaded = imports.filter(({ isType, isLazy }) => !isType && !isLazy);
    expect(circles(lists(edgesBetween(loaded, (file) => file)))).toEqual([]);
  });

  test("that ship import nothing of benchmarks, examples and tests", () => {
    expect(imports.filter(({ to }) => /^(bench|guest-examples|test)\//.test(to))).toEqual([]);
  });
});
