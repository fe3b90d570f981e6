/** `process.env` of JavaScript programs: the tenant's vars and secrets, in requests and at the top level. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { embedConfig } from "../host/manifest/config.ts";
import type { JsonValue } from "../host/store/store.ts";
import { buildJavaScript } from "../runtimes/js/build-tenant.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { logOf } from "./support/logs.ts";

let host: TestHost;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-env-"));
  host = await startTestHost({ workers: 1 });
});
afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true });
});

/** A program whose requests answer with the values of expressions. @param top statements of its top level */
async function deploy(name: string, expression: string, top = "", vars: Record<string, JsonValue> = {}) {
  const project = join(folder, name);
  await mkdir(project);
  await writeFile(
    join(project, "index.js"),
    `import process, { env } from "node:process";
    ${top}
    export default { async fetch(request) { return Response.json(${expression}) } };`,
  );
  const { component } = await buildJavaScript(project);
  await host.deploy(name, embedConfig(component, { vars, kv: [{ binding: "PAGES", namespace: "pages" }] }));
}
const putSecret = (name: string, secret: string, value: string) =>
  host.admin(`/v1/tenants/${name}/secrets/${secret}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ value }),
  });
const answer = async (name: string) => (await host.fetch(name)).json();

test("has vars and secrets as texts, in each request, and nothing else", async () => {
  const all = `[env.WORD, env.FLAGS, process.env.NUMBER, env.KEY, env.PAGES ?? null, env.URL ?? null, env.fetch ?? null,
    "WORD" in env, "NOTHING" in env, Object.keys(env).sort()]`;
  await deploy("all", all, "", { WORD: "a", FLAGS: { beta: true }, NUMBER: 7 });
  expect((await putSecret("all", "KEY", "s3cret")).ok).toBe(true);
  const names = ["FLAGS", "KEY", "NUMBER", "WORD"];
  expect(await answer("all")).toEqual(["a", '{"beta":true}', "7", "s3cret", null, null, null, true, false, names]);
});

test("takes what a request sets, for that request", async () => {
  await deploy("sets", `[env.WORD, (env.WORD = 5, env.WORD), (delete env.WORD, env.WORD ?? null), "WORD" in env]`, "", {
    WORD: "a",
  });
  for (let n = 0; n < 2; n++) expect(await answer("sets")).toEqual(["a", "5", null, false]);
});

test("has the vars at the top level", async () => {
  await deploy("early", "[early, Object.keys(env)]", "const early = process.env.WORD;", { WORD: "a" });
  expect(await answer("early")).toEqual(["a", ["WORD"]]);
});

test("that reads a secret at the top level is refused, whichever of the two comes first", async () => {
  await deploy("late", "[key ?? null]", "const key = process.env.KEY;");
  const late = await putSecret("late", "KEY", "s3cret");
  expect([late.status, await late.text()]).toEqual([
    409,
    expect.stringMatching(/PLINTH_SECRET_READ_AT_START.*KEY.*process\.env of its top level/s),
  ]);
  expect((await putSecret("late", "OTHER", "x")).ok).toBe(true);
});

test("that is listed at the top level is a warning", async () => {
  await deploy("lists", "[Object.keys(copy), env.KEY]", "const { ...copy } = env;", { WORD: "a" });
  expect(await logOf(host, "lists")).toBe("warn: The top level lists process.env: it has the vars, and no secrets");
  expect((await putSecret("lists", "KEY", "s3cret")).ok).toBe(true);
  expect(await answer("lists")).toEqual([["WORD"], "s3cret"]);
});
