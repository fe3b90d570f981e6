import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { configFilePath, DEFAULT_ADMIN, resolveConnection } from "./connection.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-connection-"));
  await mkdir(join(folder, "plinth"));
});
afterEach(() => rm(folder, { recursive: true }));

const writeConfig = (text: string) => writeFile(join(folder, "plinth", "config.json"), text);
const env = (variables: Record<string, string> = {}) => ({ XDG_CONFIG_HOME: folder, ...variables });

describe("where address and token come from", () => {
  test("options come before the environment, the environment before the file", async () => {
    await writeConfig(JSON.stringify({ admin: "http://file:1", token: "of-file" }));
    expect(await resolveConnection({}, env())).toEqual({ admin: "http://file:1", token: "of-file" });
    const variables = env({ PLINTH_ADMIN: "http://variable:2", PLINTH_TOKEN: "of-variable" });
    expect(await resolveConnection({}, variables)).toEqual({ admin: "http://variable:2", token: "of-variable" });
    expect(await resolveConnection({ admin: "http://option:3", token: "of-option" }, variables)).toEqual({
      admin: "http://option:3",
      token: "of-option",
    });
  });

  test("without any of them it is the default address, and no token is an error that names it", async () => {
    expect((await resolveConnection({ token: "t" }, env())).admin).toBe(DEFAULT_ADMIN);
    await expect(resolveConnection({}, env())).rejects.toMatchObject({
      code: "PLINTH_TOKEN_MISSING",
      message: expect.stringContaining(DEFAULT_ADMIN),
    });
  });

  test("a token file: named by an option, or by the configuration file relative to itself", async () => {
    await writeFile(join(folder, "plinth", "token"), "secret\n");
    await writeConfig(JSON.stringify({ tokenFile: "token" }));
    expect((await resolveConnection({}, env())).token).toBe("secret");
    await writeFile(join(folder, "other"), "other");
    expect((await resolveConnection({ tokenFile: join(folder, "other") }, env())).token).toBe("other");
    const missing = resolveConnection({ tokenFile: join(folder, "missing") }, env());
    await expect(missing).rejects.toMatchObject({ code: "PLINTH_USAGE", message: expect.stringContaining("missing") });
  });

  test("an empty variable is like none", async () => {
    await writeConfig(JSON.stringify({ token: "of-file" }));
    expect(await resolveConnection({}, env({ PLINTH_TOKEN: "", PLINTH_ADMIN: "" }))).toEqual({
      admin: DEFAULT_ADMIN,
      token: "of-file",
    });
  });
});

test.each([
  ["127.0.0.1:9", "http://127.0.0.1:9"],
  ["[::1]:9", "http://[::1]:9"],
  ["http://host:9/", "http://host:9"],
  ["https://host/plinth/", "https://host/plinth"],
])("the admin address %s is %s", async (admin, expected) => {
  expect((await resolveConnection({ admin, token: "t" }, env())).admin).toBe(expected);
});

test.each(["http://", "not a host", "127.0.0.1:99999"])("the admin address %j is refused", async (admin) => {
  await expect(resolveConnection({ admin, token: "t" }, env())).rejects.toMatchObject({ code: "PLINTH_USAGE" });
});

test.each([
  ["{", "not JSON"],
  ["[]", "JSON object"],
  ['{"tokens": "x"}', "tokens"],
  ['{"token": 7}', "token"],
])("a configuration file with %s is refused with its name and what is wrong", async (text, reason) => {
  await writeConfig(text);
  await expect(resolveConnection({}, env())).rejects.toMatchObject({
    code: "PLINTH_USAGE",
    message: expect.stringMatching(new RegExp(`config\\.json.*${reason}`)),
  });
});

test("XDG_CONFIG_HOME counts only where it is absolute", () => {
  expect(configFilePath({ XDG_CONFIG_HOME: "/x" })).toBe("/x/plinth/config.json");
  expect(configFilePath({ XDG_CONFIG_HOME: "x" })).toMatch(/[/\\]\.config[/\\]plinth[/\\]config\.json$/);
});
