import fc from "fast-check";
import { expect, test } from "vitest";
import { expressionBefore, UNNAMED } from "./expression-before.ts";

const named: Readonly<Record<string, string>> = { o: "order", k: "key" };
const shown = (line: string) => expressionBefore(line, line.length, (column) => named[line[column]!] ?? undefined).text;

test.each([
  ["return e.total", "e.total"],
  ["a=o.total", "order.total"],
  ["x;o.a?.b", "order.a.b"],
  ["o[k]", "order[key]"],
  ["o[0]['a b'].c", "order[0]['a b'].c"],
  ["o[f(1)+1].c", "order[...].c"],
  ["f(a,(b))(c)[0]", "f(...)(...)[0]"],
  ["(0,o.start)", "order.start"],
  ["return(a||b).go", `${UNNAMED}.go`],
  ["[1,2].go", `${UNNAMED}.go`],
  ["({}).go", `${UNNAMED}.go`],
  ['"text".go', `${UNNAMED}.go`],
  ["this.#secret", "this.#secret"],
  ["größe.max ", "größe.max"],
  ["o?.[k]", "order[key]"],
  [")", UNNAMED],
  ["", UNNAMED],
])("%s is %s", (line, text) => {
  expect(shown(line)).toBe(text);
});

test("any text gives a text of bounded length, and a place within the line", () => {
  const parts = fc.constantFrom(..."o.k?()[]{}'\"`;, \n0#é", "new ", "?.", "abc", "a".repeat(300), "(((((", "]]]]]");
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 300 }), fc.nat(), (all, place) => {
      const line = all.join("");
      const end = Math.min(place, line.length);
      const { text, start } = expressionBefore(line, end, () => undefined);
      expect(text.length).toBeLessThan(130);
      expect(start).toBeGreaterThanOrEqual(0);
      expect(start).toBeLessThanOrEqual(end);
    }),
  );
});
