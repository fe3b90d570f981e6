import { expect, test } from "vitest";
import { readFailure } from "./failure.ts";

const traceback = (reason: string) =>
  [
    "Traceback (most recent call last):",
    '  File "main.py", line 8, in fetch',
    "    return Response(last([]))",
    "                    ~~~~^^^^",
    '  File "<string>", line 1, in <module>',
    '  File "shop/names.py", line 16, in last',
    "    return names[-1]",
    reason,
  ].join("\n");

test("the last line of a traceback is the reason, and its innermost place comes first", () => {
  expect(readFailure(traceback("IndexError: list index out of range\n"))).toEqual({
    reason: "IndexError: list index out of range",
    frames: [
      { file: "shop/names.py", line: 16 },
      { file: "main.py", line: 8 },
    ],
  });
  expect(readFailure(traceback("shop.errors.SoldOut: none\nleft")).reason).toBe("shop.errors.SoldOut: none\nleft");
  expect(readFailure(traceback("KeyboardInterrupt")).reason).toBe("KeyboardInterrupt");
});

test("of an exception that was raised while another one was handled, that one counts", () => {
  const middle = "\n\nDuring handling of the above exception, another exception occurred:\n\n";
  expect(readFailure(traceback("KeyError: 1") + middle + traceback("OSError: 2")).reason).toBe("OSError: 2");
});

test("a report without a traceback is the reason", () => {
  expect(readFailure("it was ended")).toEqual({ reason: "it was ended", frames: [] });
});
