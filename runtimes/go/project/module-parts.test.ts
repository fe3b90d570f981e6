import { expect, test } from "vitest";
import { moduleParts, partOf } from "./module-parts.ts";

test.each([
  ["main.main.func1", "main"],
  ["main..stmp_0", "main"],
  ["golang.org/x/text/language.(*builder).update", "golang.org/x/text/language"],
  ["gopkg.in/yaml%2ev3.Unmarshal", "gopkg.in/yaml.v3"],
  ["example.com/shop/list.Map[go.shape.string,example.com/shop/cart.Line]", "example.com/shop/list"],
  ["type:*main.Cart", "types"],
  ["go:itab.*main.errNotFound,error", "types"],
  ['go:string."hello/world."', "strings"],
  ["runtime.functab", "tables"],
  ["go:func.*", "tables"],
  ["local.slimmoduledata", "tables"],
])("%s belongs to %s", (symbol, part) => {
  expect(partOf(symbol)).toBe(part);
});

test("parts are sums, the biggest first, without those of no size", () => {
  const parts = moduleParts([
    { kind: "data", name: "go:string.*", bytes: 0 },
    { kind: "code", name: "main.a", bytes: 5 },
    { kind: "code", name: "main.b", bytes: 6 },
    { kind: "data", name: "main.c", bytes: 1 },
    { kind: "code", name: "x.y/z.a", bytes: 100 },
  ]);
  expect(parts).toEqual([
    { name: "x.y/z", code: 100, data: 0 },
    { name: "main", code: 11, data: 1 },
  ]);
});
