import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { Output } from "./output.ts";

/** Two streams that keep their texts, in order. */
function streams(isTTY: boolean) {
  const written: string[] = [];
  const stream = { isTTY, write: (text: string | Uint8Array) => written.push(String(text)) };
  return { written, stdout: stream, stderr: stream };
}

test("on a terminal a line says what is being done, gives way to others, and goes", async () => {
  const { written, ...surroundings } = streams(true);
  const output = new Output({ ...surroundings, json: false, noColor: true });
  const result = await output.busy("building", async (update) => {
    output.progress("half done");
    update("linking");
    return 7;
  });
  expect(result).toBe(7);
  expect(written.map(stripVTControlCharacters)).toEqual([
    "\r⠋ building",
    "\r",
    "half done\n",
    "\r⠋ building",
    "\r⠋ linking",
    "\r",
  ]);
  expect(written.at(-1)).toBe("\r\x1b[2K");
});

test("the line goes when the work fails, and the error is the work's", async () => {
  const { written, ...surroundings } = streams(true);
  const output = new Output({ ...surroundings, json: false, noColor: true });
  const failing = output.busy("building", () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  expect(written.at(-1)).toBe("\r\x1b[2K");
});

test.each([
  ["no terminal", false, false],
  ["--json", true, true],
])("with %s nothing is written while something is done, and no colours", async (_, isTTY, json) => {
  const { written, ...surroundings } = streams(isTTY);
  const output = new Output({ ...surroundings, json, noColor: false });
  await output.busy("building", async (update) => update("linking"));
  expect(written).toEqual([]);
  output.result("done", () => "done");
  expect(written).toEqual([json ? '"done"\n' : "done\n"]);
});
