/** Tokens, the audit log, secrets, rollouts and logs by the command line, against a real host. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "../../test/support/cli-in-process.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";

let host: TestHost;
let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  host = await startTestHost();
  folder = await mkdtemp(join(tmpdir(), "plinth-cli-access-"));
  env = { PLINTH_ADMIN: host.adminUrl, PLINTH_TOKEN: host.token, XDG_CONFIG_HOME: folder };
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function plinth(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand(args, env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

// biome-ignore lint/suspicious/noExplicitAny: the tests look at whatever a command prints
async function plinthJson(...args: string[]): Promise<any> {
  return JSON.parse(await plinth(...args, "--json"));
}

/** Deploys a program whose manifest names the tenant. */
async function deploy(name: string, body: string, ...options: string[]): Promise<void> {
  const project = join(folder, name);
  await mkdir(project, { recursive: true });
  await writeFile(join(project, "plinth.jsonc"), JSON.stringify({ name, routes: [`${name}.example`] }));
  await writeFile(join(project, "index.js"), `export default { fetch(request, env) { ${body} } };`);
  await plinth("deploy", project, ...options);
}

const answer = async (name: string) => (await host.fetch(name)).text();

test("a deploy takes name and hostnames from the manifest; options come before it", async () => {
  await deploy("named", "return new Response('hello');");
  expect(await answer("named")).toBe("hello");
  expect((await plinthJson("tenant", "show", "named")).hostnames).toEqual(["named.example"]);
  await plinth("deploy", join(folder, "named"), "--name", "other", "--hostname", "other.example");
  expect((await plinthJson("tenant", "show", "other")).hostnames).toEqual(["other.example"]);

  const plain = join(folder, "plain");
  await mkdir(plain);
  await writeFile(join(plain, "index.js"), "export default () => new Response();");
  expect(await runCommand(["deploy", plain], env)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--name"),
  });
  await writeFile(join(plain, "plinth.jsonc"), '{ "nmae": "x" }');
  expect(await runCommand(["deploy", plain], env)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/PLINTH_MANIFEST_INVALID: .*plinth\.jsonc:1:3: .*did you mean "name"/),
  });
});

test("a token for one tenant does what is its own, ends when it is deleted, and the audit log has it all", async () => {
  await plinth("tenant", "create", "shop");
  await plinth("tenant", "create", "blog");
  const token = (await plinth("token", "create", "deploys", "--tenant", "shop", "--expires", "90d")).trim();
  const own = { ...env, PLINTH_TOKEN: token };
  expect(await runCommand(["kv", "namespace", "create", "shop", "PAGES"], own)).toMatchObject({ code: 0 });
  expect(await runCommand(["tenant", "show", "blog"], own)).toMatchObject({ code: 1, stdout: "" });
  expect(await runCommand(["token", "list"], own)).toMatchObject({ code: 1, stdout: "" });

  const { tokens } = await plinthJson("token", "list");
  const mine = tokens.find(({ label }: { label: string }) => label === "deploys");
  expect(mine).toMatchObject({ scope: "tenant", tenant: "shop" });
  expect(Date.parse(mine.expiresAt)).toBeGreaterThan(Date.now() + 89 * 86_400_000);
  expect(await plinth("token", "list")).not.toContain(token);
  await plinth("token", "delete", mine.id);
  expect(await runCommand(["tenant", "show", "shop"], own)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("PLINTH_UNAUTHORIZED"),
  });

  const audit = await plinthJson("audit", "--tenant", "shop");
  expect(audit.entries[0]).toMatchObject({
    action: "kv.namespace.create",
    token: { label: "deploys" },
    outcome: "done",
  });
  expect(await plinth("audit", "--tenant", "shop")).toMatch(
    /^\S+Z +deploys +kv\.namespace\.create +shop +PAGES +done$/m,
  );
  const first = await plinthJson("audit", "--limit", "1");
  expect(first.entries[0].action).toBe("token.delete");
  expect((await plinthJson("audit", "--limit", "1", "--after", first.next)).entries[0].id).toBeLessThan(
    first.entries[0].id,
  );
});

test("a secret is set from a file or standard input and read by the program alone", async () => {
  await deploy("secretive", "return new Response(env.API_KEY ?? 'none');");
  const file = join(folder, "key.txt");
  await writeFile(file, "from a file\n");
  expect(await plinth("secret", "put", "secretive", "API_KEY", "--value-file", file)).toBe(
    "secretive: API_KEY is set\n",
  );
  expect(await answer("secretive")).toBe("from a file");

  const launcher = join(import.meta.dirname, "plinth.js");
  const args = [launcher, "secret", "put", "secretive", "API_KEY", "--json"];
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH, HOME: folder, ...env } });
  child.stdin.end("from a pipe\n");
  child.stdout.resume();
  expect(await once(child, "close")).toEqual([0, null]);
  expect(await answer("secretive")).toBe("from a pipe");

  const listed = await plinth("secret", "list", "secretive");
  expect(listed).toMatch(/^API_KEY +\S+Z$/m);
  expect(listed).not.toContain("pipe");
  expect(await plinthJson("secret", "rotate")).toMatchObject({ resealed: 1, unreadable: 0 });
  expect(await answer("secretive")).toBe("from a pipe");
  await plinth("secret", "delete", "secretive", "API_KEY");
  expect(await answer("secretive")).toBe("none");
});

test("a rollout begins, grows, and ends either way", async () => {
  await deploy("rolling", "return new Response('old');");
  await deploy("rolling", "return new Response('new');", "--no-activate");
  expect(await plinth("rollout", "start", "rolling", "2", "--percent", "100")).toBe(
    "rolling: version 2 gets 100 % of the visitors\n",
  );
  expect(await answer("rolling")).toBe("new");
  await plinth("rollout", "start", "rolling", "2", "--percent", "0");
  expect((await plinthJson("rollout", "status", "rolling")).rollout).toEqual({ version: 2, percent: 0 });
  expect(await answer("rolling")).toBe("old");
  await plinth("rollout", "abort", "rolling");
  expect((await plinthJson("rollout", "status", "rolling")).rollout).toBeNull();
  expect(await runCommand(["rollout", "finish", "rolling"], env)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("no rollout of rolling"),
  });
  await plinth("rollout", "start", "rolling", "2", "--percent", "12.5");
  await plinth("rollout", "finish", "rolling");
  expect(await answer("rolling")).toBe("new");
  expect(await runCommand(["rollout", "start", "rolling", "1", "--percent", "101"], env)).toMatchObject({ code: 2 });
});

test("crons are listed with their next run", async () => {
  const project = join(folder, "regular");
  await mkdir(project);
  await writeFile(join(project, "plinth.jsonc"), '{ "name": "regular", "crons": ["0 4 1 1 *"] }');
  await writeFile(join(project, "index.js"), "export default { fetch: () => new Response(), scheduled() {} };");
  await plinth("deploy", project);
  const [cron] = (await plinthJson("cron", "list", "regular")).crons;
  expect(cron).toMatchObject({ cron: "0 4 1 1 *", lastRun: null, missed: 0 });
  expect(new Date(cron.nextRun).toISOString()).toMatch(/-01-01T04:00:00\.000Z$/);
  expect(await plinth("cron", "list", "regular")).toMatch(/^0 4 1 1 \* +[0-9]+-01-01T04:00:00\.000Z +0$/m);
});

test("logs are chosen by level, text and time, and tail shows those that come", async () => {
  await deploy("chatty", "console.log('said'); console.error('shouted'); return new Response();");
  const launcher = join(import.meta.dirname, "plinth.js");
  const args = [launcher, "tail", "chatty", "--level", "error", "--json"];
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH, HOME: folder, ...env } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  // The live view begins some time after the process.
  const first = lines.next();
  let seen = false;
  void first.then(() => {
    seen = true;
  });
  await expect
    .poll(async () => {
      await answer("chatty");
      return seen;
    })
    .toBe(true);
  expect(JSON.parse((await first).value!)).toMatchObject({ level: "error", message: "shouted", version: 1 });
  child.kill("SIGINT");
  expect(await once(child, "close")).toEqual([0, null]);

  expect((await plinthJson("logs", "chatty", "--search", "SAID", "--limit", "1")).lines).toMatchObject([
    { level: "info", message: "said" },
  ]);
  expect(await plinth("logs", "chatty", "--level", "error", "--limit", "1")).toMatch(/^\S+Z error +shouted\n$/);
  expect((await plinthJson("logs", "chatty", "--until", "1h")).lines).toEqual([]);
  expect((await plinthJson("logs", "chatty", "--since", "1h", "--limit", "1")).lines).toHaveLength(1);
});
