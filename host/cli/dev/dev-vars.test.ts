/** `.dev.vars` as a developer has it, and as files. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DevCommand } from "../../../test/support/dev-command.ts";
import { readDevVars } from "./dev-vars.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-dev-vars-"));
});
afterEach(() => rm(folder, { recursive: true }));

const vars = (text: string) => writeFile(join(folder, ".dev.vars"), text);

test("the file has lines NAME=value, with quotes and comments", async () => {
  expect(await readDevVars(folder)).toEqual({});
  await vars('# for development\nAPI_KEY=abc=1\nexport QUOTED="two words"\nEMPTY=\n');
  expect(await readDevVars(folder)).toEqual({ API_KEY: "abc=1", QUOTED: "two words" });
});

test("a program has the values, after each save and the next start", async () => {
  await writeFile(
    join(folder, "plinth.jsonc"),
    '{ "name": "shop", "main": "index.js", "vars": { "API_KEY": "public" } }',
  );
  await writeFile(join(folder, "index.js"), "export default (request, env) => Response.json(env);");
  await vars("API_KEY=one\nOTHER=x\n");
  let url = "";
  const env = async () => (await fetch(url)).json();
  {
    await using dev = new DevCommand(folder);
    url = (await dev.next("ready")).urls[0];
    await dev.next("deployed");
    expect(await env()).toEqual({ API_KEY: "one", OTHER: "x" });
    await vars("API_KEY=two\n");
    await dev.next("deployed");
    expect(await env()).toEqual({ API_KEY: "two" });
    await vars("API-KEY=x\n");
    expect((await dev.next("failed")).error.code).toBe("PLINTH_SECRET_NAME");
  }
  await vars("# none\n");
  await using dev = new DevCommand(folder);
  url = (await dev.next("ready")).urls[0];
  await dev.next("deployed");
  expect(await env()).toEqual({ API_KEY: "public" });
});
