/** Gradual rollout over HTTP: how it splits visitors, keeps each at one version, and ends. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestHost, type TestHost } from "./support/host.ts";
import { answering, slimComponent } from "./support/programs.ts";

const VISITORS = 1_000;
/** Number of requests under way at once. */
const LANES = 8;

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({ workers: 2 });
});
afterAll(() => host[Symbol.asyncDispose]());

/** Uploads a version without activating it. */
async function add(on: TestHost, name: string, component: Uint8Array): Promise<void> {
  const headers = { "content-type": "application/wasm" };
  const body = new Uint8Array(component);
  const response = await on.admin(`/v1/tenants/${name}/versions`, { method: "POST", headers, body });
  if (!response.ok) throw new Error(await response.text());
}

async function roll(on: TestHost, name: string, version: number, percent: number): Promise<number> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ version, percent });
  const response = await on.admin(`/v1/tenants/${name}/rollout`, { method: "PUT", headers, body });
  await response.body?.cancel();
  return response.status;
}

const versionFor = async (name: string, key: string) =>
  (await host.fetch(name, "/", { headers: { "plinth-rollout-key": key } })).text();

/** @returns the visitors that get version 2 */
async function visitorsOfTwo(name: string): Promise<Set<number>> {
  const found = new Set<number>();
  let next = 0;
  const lane = async () => {
    for (let visitor = next++; visitor < VISITORS; visitor = next++)
      if ((await versionFor(name, `visitor-${visitor}`)) === "2") found.add(visitor);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return found;
}

let serial = 0;
let name: string;
beforeEach(async () => {
  name = `shop-${++serial}`;
  await host.deploy(name, answering("1"));
  await add(host, name, answering("2"));
});

test("the split is right, and whoever has the new version keeps it while the share grows", async () => {
  await roll(host, name, 2, 20);
  const few = await visitorsOfTwo(name);
  await roll(host, name, 2, 60);
  const many = await visitorsOfTwo(name);
  // The bounds are four standard deviations of a binomial split.
  for (const [visitors, share] of [
    [few, 0.2],
    [many, 0.6],
  ] as const) {
    const deviation = Math.sqrt(VISITORS * share * (1 - share));
    expect(Math.abs(visitors.size - VISITORS * share)).toBeLessThan(4 * deviation);
  }
  expect(few.isSubsetOf(many)).toBe(true);
});

describe("a browser", () => {
  const cookieOf = (response: Response) =>
    response.headers.getSetCookie().filter((cookie) => cookie.startsWith("__plinth="));

  test("is given a cookie for the tenant's path while a rollout is under way, and stays with its version", async () => {
    expect(cookieOf(await host.fetch(name))).toEqual([]);
    await roll(host, name, 2, 50);
    const met = new Set<string>();
    for (let i = 0; i < 40; i++) {
      const first = await host.fetch(name);
      const version = await first.text();
      met.add(version);
      expect(cookieOf(first)).toEqual([expect.stringContaining(`; Path=/t/${name}; `)]);
      const cookie = `theme=dark; ${cookieOf(first)[0]!.split(";")[0]}`;
      const second = await host.fetch(name, "/", { headers: { cookie } });
      expect([await second.text(), cookieOf(second)]).toEqual([version, []]);
    }
    expect(met).toEqual(new Set(["1", "2"]));
  });

  test("gets it beside the program's own cookies, with answers without a body, and with errors", async () => {
    const program = slimComponent(`export default { fetch(request) {
      if (request.url.endsWith("/throws")) throw new Error("no");
      const headers = new Headers([["set-cookie", "a=1"], ["set-cookie", "b=2"]]);
      return new Response(null, { status: 204, headers });
    } };`);
    await host.deploy(`${name}-c`, program);
    await add(host, `${name}-c`, program);
    await roll(host, `${name}-c`, 2, 50);
    const answer = await host.fetch(`${name}-c`);
    expect(answer.status).toBe(204);
    expect(answer.headers.getSetCookie()).toEqual([
      `a=1; Path=/t/${name}-c`,
      `b=2; Path=/t/${name}-c`,
      expect.stringMatching(/^__plinth=/),
    ]);
    const error = await host.fetch(`${name}-c`, "/throws");
    expect([error.status, cookieOf(error).length]).toEqual([500, 1]);
  });
});

describe("a rollout ends", () => {
  const everybody = async () =>
    new Set(await Promise.all(["a", "b", "c", "d", "e", "f"].map((key) => versionFor(name, key))));

  test("when it is ended", async () => {
    await roll(host, name, 2, 100);
    expect(await everybody()).toEqual(new Set(["2"]));
    expect(await (await host.admin(`/v1/tenants/${name}/rollout`)).json()).toEqual({
      rollout: { version: 2, percent: 100 },
    });
    expect((await host.admin(`/v1/tenants/${name}/rollout`, { method: "DELETE" })).status).toBe(204);
    expect(await everybody()).toEqual(new Set(["1"]));
    expect(await (await host.admin(`/v1/tenants/${name}/rollout`)).json()).toEqual({ rollout: null });
  });

  test("when its version is activated, or any other", async () => {
    await roll(host, name, 2, 50);
    await host.admin(`/v1/tenants/${name}/versions/2/activate`, { method: "POST" });
    expect(await everybody()).toEqual(new Set(["2"]));
    await roll(host, name, 1, 100);
    expect(await everybody()).toEqual(new Set(["1"]));
    await host.deploy(name, answering("3"));
    expect(await everybody()).toEqual(new Set(["3"]));
    expect(await (await host.admin(`/v1/tenants/${name}`)).json()).toMatchObject({ activeVersion: 3, rollout: null });
  });
});

test("what makes no rollout is refused", async () => {
  const statuses = [
    await roll(host, name, 1, 10), // version 1 is the active one
    await roll(host, name, 9, 10), // version 9 does not exist
    await roll(host, name, 2, 101),
    await roll(host, name, 2, -1),
    await roll(host, "nobody", 2, 10),
  ];
  expect(statuses).toEqual([409, 404, 400, 400, 404]);
  await roll(host, name, 2, 10);
  const deleted = await host.admin(`/v1/tenants/${name}/versions/2`, { method: "DELETE" });
  expect([deleted.status, await deleted.text()]).toEqual([409, expect.stringContaining("PLINTH_VERSION_IN_ROLLOUT")]);
});

test("the audit log names the version", async () => {
  await roll(host, name, 2, 10);
  const { entries } = (await (await host.admin(`/v1/audit?tenant=${name}&limit=1`)).json()) as { entries: object[] };
  expect(entries[0]).toMatchObject({ action: "rollout.set", tenant: name, target: "2", outcome: "done" });
});

describe("after a restart", () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "plinth-rollout-"));
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  const ask = async (on: TestHost) => {
    const answers: string[] = [];
    for (let visitor = 0; visitor < 30; visitor++) {
      const headers = { "plinth-rollout-key": `visitor-${visitor}` };
      answers.push(await (await on.fetch("kept", "/", { headers })).text());
    }
    return answers;
  };

  async function firstHost(): Promise<string[]> {
    await using host = await startTestHost({ workers: 1, dataDir });
    await host.deploy("kept", answering("1"));
    await add(host, "kept", answering("2"));
    await roll(host, "kept", 2, 40);
    return await ask(host);
  }

  test("a rollout goes on, with the same visitors", async () => {
    const before = await firstHost();
    expect(new Set(before)).toEqual(new Set(["1", "2"]));
    await using host = await startTestHost({ workers: 1, dataDir });
    expect(await ask(host)).toEqual(before);
  });

  test("with another build of the runtime both versions are made anew, and the rollout goes on", async () => {
    await firstHost();
    {
      using registry = new DatabaseSync(join(dataDir, "registry.sqlite"));
      registry.exec("UPDATE versions SET meta = json_set(meta, '$.build', 'of an older build')");
    }
    await using host = await startTestHost({ workers: 1, dataDir });
    expect(await (await host.admin("/v1/tenants/kept")).json()).toMatchObject({
      activeVersion: 3,
      rollout: { version: 4, percent: 40 },
    });
    expect(new Set(await ask(host))).toEqual(new Set(["1", "2"]));
  });
});
