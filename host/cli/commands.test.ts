/** The commands as a user runs them: processes of their own, against a real host that one of them runs. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliOptions, firstLine, runCli, startCli } from "../../test/support/cli.ts";

interface Ready {
  ingress: string;
  admin: string;
  token: string;
}

let folder: string;
let project: string;
let server: ChildProcess;
let ready: Ready;
/** Address and token as a user's shell has them. */
let client: CliOptions;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-cli-"));
  project = join(folder, "greeter");
  await mkdir(project);
  await writeFile(join(project, "package.json"), '{"name": "@shop/greeter", "main": "index.ts"}');
  await writeProgram("one");
  const data = join(folder, "data");
  server = startCli(["serve", "--data", data, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--json"]);
  ready = JSON.parse(await firstLine(server)) as Ready;
  const token = (await readFile(ready.token, "utf8")).trim();
  client = { env: { PLINTH_ADMIN: ready.admin, PLINTH_TOKEN: token } };
});
afterAll(async () => {
  if (server.exitCode === null && server.signalCode === null) {
    server.kill("SIGKILL");
    await once(server, "close");
  }
  await rm(folder, { recursive: true, force: true });
});

/** Writes the project's program, which answers with `greeting`. */
function writeProgram(greeting: string): Promise<void> {
  const source = `export default { fetch(request: Request): Response {
  console.log("asked for", new URL(request.url).pathname);
  return new Response(${JSON.stringify(greeting)});
} };`;
  return writeFile(join(project, "index.ts"), source);
}

async function plinth(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(args, client);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

// biome-ignore lint/suspicious/noExplicitAny: the tests look at whatever a command prints
async function plinthJson(...args: string[]): Promise<any> {
  const output = await plinth(...args, "--json");
  expect(output).toMatch(/^[^\n]+\n$/);
  return JSON.parse(output);
}

/** The answer of a tenant by path. */
async function answer(tenant: string): Promise<string> {
  return (await fetch(`${ready.ingress}/t/${tenant}/`)).text();
}

test("serve says in one line of JSON where it listens and where the token lies", async () => {
  expect(Object.keys(ready)).toEqual(["ingress", "admin", "token"]);
  expect((await fetch(`${ready.admin}/v1/health`)).status).toBe(200);
  expect((await stat(ready.token)).mode & 0o777).toBe(0o600);
});

describe("build", () => {
  test("writes the component to dist, named for the package, and says what it is made of", async () => {
    const result = await plinthJson("build", project);
    expect(result.output).toBe(join(project, "dist", "greeter.wasm"));
    const component = await readFile(result.output);
    const { component: size, program, sourceMap } = result.sizes;
    expect(component.length).toBe(size);
    expect(size).toBeGreaterThan(program + sourceMap);
    expect(size).toBeLessThan(4096);
    expect(await plinth("build", project)).toContain(`${size.toLocaleString("en-US")} bytes (program `);
  });

  test("writes where -o says, without a source map if asked to", async () => {
    const output = join(folder, "elsewhere", "app.wasm");
    const result = await plinthJson("build", project, "-o", output, "--no-source-map");
    expect(result).toMatchObject({ output, sizes: { sourceMap: 0 } });
    expect((await stat(output)).size).toBe(result.sizes.component);
  });

  test("a project without a program and a program with an error each have a code", async () => {
    const empty = join(folder, "empty");
    await mkdir(empty);
    expect(await runCli(["build", empty])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("PLINTH_BUILD_NO_ENTRY"),
    });
    await writeFile(join(empty, "index.ts"), "export default {");
    const failed = await runCli(["build", empty, "--json"]);
    expect(failed).toMatchObject({ code: 1, stdout: "" });
    expect(JSON.parse(failed.stderr).error.code).toBe("PLINTH_BUILD_FAILED");
  });
});

test("from deploy to rollback, logs and delete", async () => {
  const first = await plinthJson("deploy", project, "--name", "greeter");
  const port = new URL(ready.ingress).port;
  expect(first).toMatchObject({ tenant: "greeter", id: 1, active: true });
  expect(first.urls).toEqual([`${ready.ingress}/t/greeter/`, `http://greeter.localhost:${port}/`]);
  expect(await answer("greeter")).toBe("one");

  await writeProgram("two");
  const { output } = await plinthJson("build", project);
  const second = await plinth("deploy", output, "--name", "greeter", "--hostname", "greeter.example");
  expect(second).toMatch(/^greeter: version 2, [0-9,]+ bytes, active\n/);
  expect(second).toContain(`  http://greeter.example:${port}/\n`);
  expect(await answer("greeter")).toBe("two");

  await writeProgram("three");
  expect(await plinth("deploy", project, "--name", "greeter", "--no-activate")).toContain(
    "plinth version activate greeter 3",
  );
  expect(await answer("greeter")).toBe("two");
  await plinth("version", "activate", "greeter", "3");
  expect(await answer("greeter")).toBe("three");
  expect(await plinth("version", "rollback", "greeter")).toBe("greeter: version 2 is active again\n");
  expect(await answer("greeter")).toBe("two");

  const versions = (await plinth("version", "list", "greeter")).trim().split("\n");
  expect(versions[0]).toMatch(/^VERSION +ACTIVE +RUNTIME +BYTES +CREATED$/);
  expect(versions.slice(1).map((line) => line.trim().split(/ +/).slice(0, 2))).toEqual([
    ["3", "plinth:js@1.0.0"],
    ["2", "yes"],
    ["1", "plinth:js@1.0.0"],
  ]);
  expect((await plinthJson("tenant", "list")).tenants).toMatchObject([
    { name: "greeter", activeVersion: 2, hostnames: ["greeter.example"] },
  ]);
  expect(await plinth("tenant", "list")).toMatch(/^NAME .*\ngreeter +2 .* greeter\.example\n$/);
  expect((await plinthJson("runtime", "list", "--loaded")).runtimes).toContainEqual(
    expect.objectContaining({ name: "plinth:js" }),
  );

  expect(await plinth("logs", "greeter", "--limit", "1")).toMatch(/^[0-9T:.-]+Z info +asked for \/\n$/);
  expect(await plinth("tenant", "delete", "greeter", "--yes")).toBe("greeter is deleted\n");
  expect((await plinthJson("tenant", "list")).tenants).toEqual([]);
});

test("settings, hostnames and versions are changed one at a time", async () => {
  await plinth("tenant", "create", "parts", "--hostname", "one.example");
  await plinth("deploy", project, "--name", "parts");
  await plinth("deploy", project, "--name", "parts");
  await plinth("tenant", "set", "parts", "--limit", "cpuMs=700", "--limit", "wallMs=9000", "--isolation", "reuse");
  expect(await plinthJson("tenant", "set", "parts", "--limit", "wallMs=")).toMatchObject({
    limits: { cpuMs: 700 },
    isolation: "reuse",
  });
  const shown = await plinth("tenant", "show", "parts");
  expect(shown).toMatch(/^limits +cpuMs 700$/m);
  expect(shown).toMatch(/^version +2$/m);

  const routes = async (...args: string[]) => (await plinthJson("route", ...args)).hostnames;
  expect(await routes("add", "parts", "Two.example", "three.example")).toHaveLength(3);
  expect(await routes("remove", "parts", "one.example", "THREE.example", "never.example")).toEqual(["two.example"]);
  const port = new URL(ready.ingress).port;
  expect(await plinth("route", "list", "parts")).toBe(
    `${ready.ingress}/t/parts/\nhttp://parts.localhost:${port}/\nhttp://two.example:${port}/\n`,
  );

  expect(await runCli(["version", "delete", "parts", "2"], client)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("PLINTH_VERSION_ACTIVE"),
  });
  await plinth("version", "delete", "parts", "1");
  expect((await plinthJson("version", "list", "parts")).versions).toHaveLength(1);
  await plinth("tenant", "delete", "parts", "--yes");
});

describe("errors", () => {
  test("a refused deploy takes no tenant away that was there before it", async () => {
    const file = join(folder, "no-component-either.wasm");
    await writeFile(file, "not WebAssembly");
    await plinth("tenant", "create", "early");
    expect(await runCli(["deploy", file, "--name", "early"], client)).toMatchObject({ code: 1 });
    expect(await plinthJson("tenant", "show", "early")).toMatchObject({ name: "early", activeVersion: null });
    await plinth("tenant", "delete", "early", "--yes");
  });

  test("a limit that is not there is told with the one that was probably meant", async () => {
    await plinth("tenant", "create", "limited");
    const { code, stderr } = await runCli(["tenant", "set", "limited", "--limit", "cpums=3"], client);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('"cpums"; did you mean "cpuMs"?') });
    await plinth("tenant", "delete", "limited", "--yes");
  });

  test("a secret is not set to nothing", async () => {
    const file = join(folder, "empty.txt");
    await writeFile(file, "\n");
    await plinth("tenant", "create", "quiet");
    const put = await runCli(["secret", "put", "quiet", "KEY", "--value-file", file], client);
    expect(put).toMatchObject({ code: 1, stderr: expect.stringContaining("PLINTH_SECRET_EMPTY") });
    expect(await plinthJson("secret", "list", "quiet")).toEqual({ secrets: [] });
    await plinth("tenant", "delete", "quiet", "--yes");
  });

  test("what the host refuses ends with 1, the host's code and its sentence", async () => {
    const file = join(folder, "no-component.wasm");
    await writeFile(file, "not WebAssembly");
    const refused = await runCli(["deploy", file, "--name", "refused"], client);
    expect(refused).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^error PLINTH_[A-Z_]+: .+\n$/),
    });
    expect((await runCli(["tenant", "show", "refused"], client)).stderr).toContain("PLINTH_TENANT_NOT_FOUND");
    const missing = await runCli(["version", "list", "missing", "--json"], client);
    expect(missing).toMatchObject({ code: 1, stdout: "" });
    expect(JSON.parse(missing.stderr)).toEqual({
      error: { code: "PLINTH_TENANT_NOT_FOUND", message: expect.stringContaining("missing"), tenant: "missing" },
    });
  });

  test("a wrong token ends with 1", async () => {
    const env = { ...client.env, PLINTH_TOKEN: "wrong" };
    const { code, stderr } = await runCli(["tenant", "list"], { env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error PLINTH_UNAUTHORIZED: /);
  });

  test("no token, an unknown option, a missing argument, a path that is not there: 2", async () => {
    const usage = async (...args: string[]) => {
      const { code, stdout, stderr } = await runCli(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      return stderr;
    };
    expect(await usage("tenant", "list")).toContain("PLINTH_TOKEN_MISSING");
    expect(await usage("tenant", "list", "--no-such-option")).toContain("--no-such-option");
    expect(await usage("version", "rollback")).toContain("name");
    expect(await usage("version", "activate", "a", "zero")).toContain("zero");
    expect(await usage("build", join(folder, "nowhere"))).toContain("nowhere");
    expect(await usage()).toContain("Usage: plinth");
  });

  test("no host at the address, or another server: 3", async () => {
    const other = createServer((_, response) => response.writeHead(404).end("<html>")).listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const ask = () => runCli(["tenant", "list", "--admin", address, "--token", "t"]);
    const unreachable = { code: 3, stdout: "", stderr: expect.stringContaining("PLINTH_ADMIN_UNREACHABLE") };
    expect(await ask()).toMatchObject(unreachable);
    other.close();
    await once(other, "close");
    expect(await ask()).toMatchObject(unreachable);
  });

  test("a data folder or an address in use keeps a second host from starting", async () => {
    const listen = ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"];
    const second = await runCli(["serve", "--data", join(folder, "data"), ...listen]);
    expect(second).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("PLINTH_DATA_LOCKED") });
    const taken = new URL(ready.ingress).host;
    const third = await runCli(["serve", "--data", join(folder, "third"), "--listen", taken, "--admin", "127.0.0.1:0"]);
    expect(third).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining(`PLINTH_LISTEN`) });
    expect(third.stderr).toContain(taken);
  });
});

test("SIGTERM ends serve with 0, and the next one finds what was deployed", async () => {
  await writeProgram("kept");
  await plinth("deploy", project, "--name", "kept");
  server.kill("SIGTERM");
  expect(await once(server, "close")).toEqual([0, null]);

  server = startCli(["serve", "--data", join(folder, "data"), "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]);
  const line = await firstLine(server);
  const match = /^plinth is ready: ingress (http:\S+), admin (http:\S+), admin token in (.+)$/.exec(line);
  ready = { ingress: match![1]!, admin: match![2]!, token: match![3]! };
  expect(await answer("kept")).toBe("kept");
});
