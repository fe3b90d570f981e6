/** Tenants in processes of their own: the requests that a crash ends, and the tenants that go on. */
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embedConfig } from "../host/manifest/config.ts";
import { startCli } from "./support/cli.ts";
import { type Gate, nearGates, startGate } from "./support/gate.ts";
import { startTestHost, type TestHost, type TestHostOptions } from "./support/host.ts";
import { logOf } from "./support/logs.ts";
import { answering, slimComponent } from "./support/programs.ts";

interface HostLine {
  msg: string;
  event?: string;
  group?: string;
  groupPid?: number;
  lostRuns?: number;
}

/** A host with the groups "1" and "red", and the lines of its log about groups. */
async function startGroups(options: TestHostOptions = {}): Promise<{ host: TestHost; lines: HostLine[] }> {
  const lines: HostLine[] = [];
  const log = new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().trim().split("\n")) {
        const parsed = JSON.parse(line) as HostLine;
        if (parsed.group !== undefined) lines.push(parsed);
      }
      done();
    },
  });
  const settings: TestHostOptions = {
    groups: 1,
    groupLabels: ["red"],
    workers: 2,
    requestLog: "off",
    logLevel: "info",
  };
  return { host: await startTestHost({ ...settings, ...options, log }), lines };
}

const SERVES = "the process of a group serves";

/** The newest process of a group. */
function processOf(lines: readonly HostLine[], group: string): number {
  return lines.findLast((line) => line.group === group && line.msg === SERVES)!.groupPid!;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const json = { "content-type": "application/json" };
async function put(host: TestHost, path: string, body: unknown): Promise<void> {
  const answer = await host.admin(path, { method: "PUT", headers: json, body: JSON.stringify(body) });
  expect(answer.status, await answer.clone().text()).toBe(200);
}
const label = (host: TestHost, tenant: string, group: string | null) =>
  put(host, `/v1/tenants/${tenant}/settings`, { group });

async function restartsOf(host: TestHost): Promise<Record<string, number>> {
  const { groups } = (await (await host.admin("/v1/health")).json()) as {
    groups: { name: string; restarts: number }[];
  };
  return Object.fromEntries(groups.map(({ name, restarts }) => [name, restarts]));
}

async function ask(host: TestHost, tenant: string): Promise<string> {
  const answer = await host.fetch(tenant);
  const text = await answer.text();
  return answer.ok ? text : (JSON.parse(text) as { error: { code: string } }).error.code;
}

describe("when the process of a group is killed", () => {
  let gate: Gate;
  let host: TestHost;
  let lines: HostLine[];
  beforeAll(async () => {
    gate = await startGate();
    ({ host, lines } = await startGroups(nearGates));
    for (const tenant of ["good", "bad"]) await host.deploy(tenant, answering(`"${tenant} is here"`));
    await label(host, "bad", "red");
  });
  afterAll(async () => {
    await host[Symbol.asyncDispose]();
    await gate[Symbol.asyncDispose]();
  });

  it("other groups lose no request, and its own are told so and served again", async () => {
    await host.deploy("waits", gate.admit(answering(`(${gate.wait}, "let through")`)));
    await label(host, "waits", "red");
    let isOver = false;
    const answers: string[] = [];
    const visitor = async () => {
      while (!isOver) answers.push(await ask(host, "good"));
    };
    const visitors = [visitor(), visitor(), visitor()];
    const underWay = ask(host, "waits");
    await gate.arrived(1);

    const killed = processOf(lines, "red");
    process.kill(killed, "SIGKILL");
    expect(await underWay).toBe("PLINTH_GROUP_LOST");
    const soon = await ask(host, "bad");
    expect(["PLINTH_GROUP_LOST", "bad is here"]).toContain(soon);
    await expect.poll(() => ask(host, "bad")).toBe("bad is here");
    isOver = true;
    await Promise.all(visitors);

    expect(answers.length).toBeGreaterThan(0);
    expect(new Set(answers)).toEqual(new Set(["good is here"]));
    expect(await restartsOf(host)).toEqual({ "1": 0, red: 1 });
    const metrics = async () => (await host.admin("/metrics")).text();
    expect(await metrics()).toMatch(/^plinth_group_restarts_total\{group="red"\} 1$/m);
    await expect.poll(metrics).toMatch(/^plinth_tenant_steps_total\{tenant="good"\} [1-9]/m);
    await expect.poll(metrics).toMatch(/^plinth_threads\{pool="slots",state="idle"\} [1-9]/m);
    expect(lines).toContainEqual(
      expect.objectContaining({ event: "group-ended", group: "red", groupPid: killed, lostRuns: 1 }),
    );
    expect(processOf(lines, "red")).not.toBe(killed);
    await expect.poll(() => logOf(host, "waits")).toMatch(/error: the process of the tenant's group ended before/);
  });

  it("a deploy meanwhile is refused or done, and the version before it serves on", async () => {
    await host.deploy("bad", answering(`"first"`));
    process.kill(processOf(lines, "red"), "SIGKILL");
    const deployed = await host.deploy("bad", answering(`"second"`)).then(
      () => "second",
      (error: Error) => {
        expect(error.message).toContain("PLINTH_GROUP_LOST");
        return "first";
      },
    );
    await expect.poll(() => ask(host, "bad")).toBe(deployed);
    await host.deploy("bad", answering(`"third"`));
    expect(await ask(host, "bad")).toBe("third");
  });
});

it("a process that hangs is ended and started again", async () => {
  const { host, lines } = await startGroups();
  await using _host = host;
  await host.deploy("shop", answering(`"here"`));
  const hanging = processOf(lines, "1");
  process.kill(hanging, "SIGSTOP");
  await expect.poll(() => isAlive(hanging)).toBe(false);
  await expect.poll(() => ask(host, "shop")).toBe("here");
  expect(await restartsOf(host)).toEqual({ "1": 1, red: 0 });
});

it("each process of a group has the limits that the operator's command gives it, its successors too", async () => {
  const groupCommand = ["sh", "-c", 'ulimit -c 0; ulimit -n 700; exec "$0" "$@"'];
  const { host, lines } = await startGroups({ groupCommand });
  await using _host = host;
  await host.deploy("shop", answering(`"here"`));
  const limitsOf = (pid: number) => readFile(`/proc/${pid}/limits`, "utf8");
  const limited = /^Max core file size +0 +0 .*^Max open files +700 +700 /ms;
  for (const group of ["1", "red"]) expect(await limitsOf(processOf(lines, group))).toMatch(limited);
  expect(await limitsOf(process.pid)).not.toMatch(limited);
  const first = processOf(lines, "1");
  process.kill(first, "SIGKILL");
  await expect.poll(() => processOf(lines, "1")).not.toBe(first);
  expect(await limitsOf(processOf(lines, "1"))).toMatch(limited);
  expect(await ask(host, "shop")).toBe("here");
});

it.each([
  ["that is not there", ["/no/such/command"], /ENOENT/],
  ["that ends", ["sh", "-c", "echo no rights >&2; exit 3"], /no rights/],
  ["that ends without a word", ["sh", "-c", "exit 3"], /it ended with 3/],
])("with a command %s a host does not start, and says so", async (_, groupCommand, words) => {
  await expect(startGroups({ groupCommand })).rejects.toMatchObject({
    code: "PLINTH_GROUP_START",
    message: expect.stringMatching(words),
  });
});

describe("in a group", () => {
  let host: TestHost;
  let lines: HostLine[];
  beforeAll(async () => {
    ({ host, lines } = await startGroups());
  });
  afterAll(() => host[Symbol.asyncDispose]());

  it("a tenant has its KV, its secrets, its logs and its versions", async () => {
    const program = slimComponent(`export default { async fetch(request, env) {
      const count = Number(await env.KV.get("count") ?? 0) + 1;
      await env.KV.put("count", String(count));
      console.log("visit", count);
      if (new URL(request.url).pathname === "/throw") throw new Error("no luck");
      return new Response([count, env.COLOUR, env.KEY, await request.text()].join());
    } };`);
    const config = { kv: [{ binding: "KV", namespace: "DATA" }], vars: { COLOUR: "green" } };
    await host.deploy("shop", embedConfig(program, config));
    await put(host, "/v1/tenants/shop/secrets/KEY", { value: "open sesame" });
    const post = async (body: string) => (await host.fetch("shop", "/", { method: "POST", body })).text();
    expect(await post("a")).toBe("1,green,open sesame,a");
    const large = "x".repeat(1_000_000);
    expect(await post(large)).toBe(`2,green,open sesame,${large}`);
    expect((await host.fetch("shop", "/throw")).status).toBe(500);
    await expect.poll(() => logOf(host, "shop")).toMatch(/info: visit 1\ninfo: visit 2\n.*visit 3\nerror: .*no luck/s);

    // The label takes the tenant to another process, and its data is there, too.
    await label(host, "shop", "red");
    process.kill(processOf(lines, "1"), "SIGKILL");
    expect(await post("b")).toBe("4,green,open sesame,b");
    await expect.poll(() => restartsOf(host)).toEqual({ "1": 1, red: 0 });
    await expect.poll(() => lines.filter(({ group, msg }) => group === "1" && msg === SERVES).length).toBe(2);

    await host.deploy("shop", answering(`"version 2"`));
    expect(await ask(host, "shop")).toBe("version 2");
    const back = await host.admin("/v1/tenants/shop/rollback", { method: "POST" });
    expect(back.status).toBe(200);
    expect(await post("c")).toBe("5,green,open sesame,c");
  });

  it("limits hold, and a start-up that fails refuses the deploy with what it has printed", async () => {
    await host.deploy("spins", answering(`(() => { for (;;); })()`));
    await label(host, "spins", "red");
    expect(await ask(host, "spins")).toBe("PLINTH_CPU_LIMIT");
    const failing = answering("1", `console.log("about to fail"); throw new Error("not today");`);
    await expect(host.deploy("spins", failing)).rejects.toThrow("PLINTH_TENANT_START");
    await expect.poll(() => logOf(host, "spins")).toContain("about to fail");
    await expect(host.deploy("spins", new Uint8Array(9))).rejects.toThrow("PLINTH_");
  });
});

it("crons run in the tenant's group", async () => {
  const { host: first } = await startGroups();
  await using _first = first;
  const program = slimComponent(`export default {
    fetch: () => new Response("visited"),
    scheduled(controller) { console.log("run", controller.cron); },
  };`);
  await first.deploy("clock", embedConfig(program, { crons: ["0 0 1 1 *"] }));
  await first.close();
  {
    using database = new DatabaseSync(join(first.dataDir, "registry.sqlite"));
    database.prepare("UPDATE versions SET config = json_set(config, '$.crons[0]', ?)").run("* * * * * *");
  }
  const { host } = await startGroups({ dataDir: first.dataDir });
  await using _host = host;
  await expect.poll(() => logOf(host, "clock")).toContain("info: run * * * * * *");
});

describe("the end of the host", () => {
  it("waits for requests under way in groups, and leaves no process behind", async () => {
    await using gate = await startGate();
    const { host, lines } = await startGroups({ ...nearGates, shutdownGraceMs: 600_000 });
    await using _host = host;
    await host.deploy("waits", gate.admit(answering(`(${gate.wait}, "let through")`)));
    const underWay = ask(host, "waits");
    await gate.arrived(1);
    const closed = host.close();
    gate.open();
    expect(await underWay).toBe("let through");
    await closed;
    expect(["1", "red"].map((group) => isAlive(processOf(lines, group)))).toEqual([false, false]);
  });

  it("by SIGKILL ends the groups, too", async () => {
    await using undo = new AsyncDisposableStack();
    const data = await mkdtemp(join(tmpdir(), "plinth-groups-"));
    undo.defer(() => rm(data, { recursive: true, force: true }));
    const args = ["serve", "--groups", "2", "--data", data, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"];
    const child = startCli(args, { env: { PLINTH_RUNTIMES: "plinth:js" } });
    undo.defer(() => void child.kill("SIGKILL"));
    const pids: number[] = [];
    for await (const line of createInterface({ input: child.stderr! })) {
      const { msg, groupPid } = JSON.parse(line) as HostLine;
      if (msg === SERVES) pids.push(groupPid!);
      if (pids.length === 2) break;
    }
    child.kill("SIGKILL");
    await once(child, "exit");
    await expect.poll(() => pids.map(isAlive)).toEqual([false, false]);
  });
});
