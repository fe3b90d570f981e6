import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { type ErrorCode, errors, PlinthError, plinthError } from "./errors.ts";

const page = await readFile(new URL("../docs/reference/errors.md", import.meta.url), "utf8");

interface Documented {
  code: string;
  status: number;
  message: string;
  cause: string;
  remedy: string;
}

const section =
  /^### (?<code>\w+)\n\nStatus (?<status>\d+)\n\n> (?<message>.+)\n\nCause: (?<cause>.+)\n\nRemedy: (?<remedy>.+)$/gm;
const documented = [...page.matchAll(section)].map(
  ({ groups }) => ({ ...groups, status: Number(groups!.status) }) as Documented,
);
const codes = Object.keys(errors) as ErrorCode[];

describe("docs/reference/errors.md", () => {
  test("lists every code of the table and no other, once", () => {
    expect(documented.map(({ code }) => code).toSorted()).toEqual(codes.toSorted());
  });

  test("has no entry that is not of the page's form", () => {
    expect(page.match(/^### .*$/gm)?.length).toBe(documented.length);
  });

  test.each(documented)("gives $code's status and message as the table does", ({ code, status, message }) => {
    expect({ status, message }).toEqual(errors[code as ErrorCode]);
  });
});

describe("the table", () => {
  test.each(codes)("%s has a status of an error and says what is wrong and what to do", (code) => {
    const { status, message } = errors[code];
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    // Two sentences or more, the last one ended.
    expect(message).toMatch(/[.;] .+\.$/s);
  });
});

describe("plinthError", () => {
  test("fills in the values in order and keeps particulars and cause", () => {
    const cause = new Error("why");
    const error = plinthError("PLINTH_UPLOAD_TOO_LARGE", [20, "10 bytes"], { details: { limit: 10 }, cause });
    expect(error).toBeInstanceOf(PlinthError);
    expect(error).toMatchObject({ code: "PLINTH_UPLOAD_TOO_LARGE", status: 413, details: { limit: 10 }, cause });
    expect(error.message).toContain("The component is 20 bytes and the limit is 10 bytes.");
  });

  test("takes values as they are, whatever they contain", () => {
    expect(plinthError("PLINTH_TENANT_EXISTS", ["$& %s $1"]).message).toContain("There is a tenant $& %s $1 already.");
  });

  test("wants as many values as the message has places", () => {
    const calls = [
      // @ts-expect-error one value is missing
      () => plinthError("PLINTH_TENANT_EXISTS"),
      // @ts-expect-error one value is too many
      () => plinthError("PLINTH_TENANT_EXISTS", ["a", "b"]),
      () => plinthError("PLINTH_INTERNAL"),
    ];
    for (const call of calls) expect(call()).toBeInstanceOf(PlinthError);
  });
});
