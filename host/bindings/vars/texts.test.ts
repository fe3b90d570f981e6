import { expect, test } from "vitest";
import { textsOf } from "./texts.ts";

test("texts are as they are, anything else is JSON, and what a variable cannot hold is left out", () => {
  const vars = { TEXT: "a=b\nä", EMPTY: "", NUMBER: 5, NONE: null, LIST: [1, { two: true }], ZERO: "a\0B=1" };
  expect(textsOf(vars)).toEqual({
    TEXT: "a=b\nä",
    EMPTY: "",
    NUMBER: "5",
    NONE: "null",
    LIST: '[1,{"two":true}]',
  });
});
