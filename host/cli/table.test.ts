import { expect, test } from "vitest";
import { count, table } from "./table.ts";

const columns = [
  { title: "name", value: (row: { name: string; bytes: number }) => row.name },
  { title: "bytes", value: (row: { name: string; bytes: number }) => row.bytes },
];

test("columns stand one under the other, numbers to the right", () => {
  const rows = [
    { name: "a", bytes: 7 },
    { name: "longer", bytes: 1_234_567 },
  ];
  expect(table(rows, columns).split("\n")).toEqual(["NAME        BYTES", "a               7", "longer  1,234,567"]);
});

test("without rows the titles are left", () => {
  expect(table([], columns)).toBe("NAME  BYTES");
});

test("no space at the end of a line", () => {
  expect(table([{ name: "a", bytes: 1 }], columns.toReversed())).toBe("BYTES  NAME\n    1  a");
  expect(count(1000)).toBe("1,000");
});
