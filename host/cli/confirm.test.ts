import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { confirm } from "./confirm.ts";

/** A terminal whose user types a text and then ends the input. */
function terminal(typed: string, isTTY = true) {
  const input = Object.assign(new PassThrough(), { isTTY });
  input.end(typed);
  return { input, output: new PassThrough() };
}

test("the name goes on, and the question says what is lost", async () => {
  const around = terminal("shop\n");
  await confirm("the tenant shop with all its versions and data", "shop", around);
  around.output.end();
  expect(await text(around.output)).toContain("This deletes the tenant shop with all its versions and data. Type shop");
});

describe("everything else stops", () => {
  test.each(["y\n", "\n", "shops\n", ""])("%j", async (typed) => {
    await expect(confirm("the tenant shop", "shop", terminal(typed))).rejects.toMatchObject({
      code: "PLINTH_NOT_CONFIRMED",
    });
  });

  test("without a terminal nobody is asked", async () => {
    await expect(confirm("the tenant shop", "shop", terminal("shop\n", false))).rejects.toMatchObject({
      code: "PLINTH_USAGE",
      message: expect.stringContaining("--yes"),
    });
  });
});
