import { expect, test } from "vitest";
import { call, failure, todo } from "../suites/todo.ts";

todo(import.meta.dirname, '"text", a string', (example) => {
  test("says in JSON which methods and paths there are not", async () => {
    expect(await call(example, "PUT", "/lists/home")).toMatchObject(failure(405, "does not take PUT"));
    expect(await call(example, "GET", "/elsewhere")).toMatchObject(failure(404, "lists are at"));
  });
});
