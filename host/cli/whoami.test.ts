import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "../../test/support/cli-in-process.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({ workers: 1 });
});
afterAll(() => host[Symbol.asyncDispose]());

const run = (token: string, ...args: string[]) =>
  runCommand(args, { PLINTH_ADMIN: host.adminUrl, PLINTH_TOKEN: token, XDG_CONFIG_HOME: "/nonexistent" });

test("whoami tells the host, the token and what the token is for", async () => {
  const { stdout } = await run(host.token, "whoami");
  expect(stdout).toContain(host.adminUrl);
  expect(stdout).toMatch(/^for +everything$/m);
  expect(stdout).not.toContain(host.token);

  await run(host.token, "tenant", "create", "shop");
  const made = await run(host.token, "token", "create", "deploys", "--tenant", "shop", "--json");
  const { token, id } = JSON.parse(made.stdout);
  const own = await run(token, "whoami");
  expect(own.stdout).toMatch(/^for +the tenant shop$/m);
  expect(JSON.parse((await run(token, "whoami", "--json")).stdout)).toMatchObject({
    admin: host.adminUrl,
    label: "deploys",
    tenant: "shop",
    id,
  });
  expect(await run("wrong", "whoami")).toMatchObject({ code: 1, stderr: expect.stringContaining("PLINTH_") });
});

test("tenant delete without a terminal needs --yes", async () => {
  await run(host.token, "tenant", "create", "kept");
  const refused = await run(host.token, "tenant", "delete", "kept");
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("--yes")]);
  expect((await host.admin("/v1/tenants/kept")).status).toBe(200);
  expect((await run(host.token, "tenant", "delete", "kept", "--yes")).stdout).toBe("kept is deleted\n");
  expect((await host.admin("/v1/tenants/kept")).status).toBe(404);
});
