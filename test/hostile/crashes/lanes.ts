/** The changes that are made while the host is killed: versions, activations and rollbacks, KV by programs and in bulk. */
import { expect } from "vitest";
import { embedConfig } from "../../../host/manifest/config.ts";
import { answering, slimComponent } from "../../support/programs.ts";
import type { Lane } from "./lane.ts";
import type { Server } from "./server.ts";

const JSON_TYPE = "application/json";
const WASM_TYPE = "application/wasm";

async function ok(response: Promise<Response>): Promise<Response> {
  const found = await response;
  expect(found.ok, await found.clone().text()).toBe(true);
  return found;
}

async function createTenant(server: Server, name: string): Promise<void> {
  await ok(server.admin("POST", "/v1/tenants", JSON_TYPE, JSON.stringify({ name })));
}

const upload = (server: Server, name: string, program: Uint8Array<ArrayBuffer>) =>
  server.admin("POST", `/v1/tenants/${name}/versions?activate=true`, WASM_TYPE, program);

/** Deploys with top-level code that is captured. The state is the text that the tenant answers. */
export const deploys: Lane<number, number> = {
  seen: (count) => count,
  async prepare(server) {
    await createTenant(server, "deploys");
    await ok(upload(server, "deploys", program(0)));
    return 0;
  },
  change: (count) => ({ after: count + 1, send: (server) => upload(server, "deploys", program(count + 1)) }),
  async read(server) {
    const { status, text } = await server.visit("deploys");
    expect([status, text]).toEqual([200, expect.stringMatching(/^deploy \d+ of 500$/)]);
    const versions = (await (await ok(server.admin("GET", "/v1/tenants/deploys/versions?limit=5"))).json()) as {
      versions: { id: number; active: boolean }[];
    };
    // The newest version is the active one, and no half of a later one is listed.
    expect(versions.versions.map(({ active }) => active).indexOf(true)).toBe(0);
    return Number(text.split(" ")[1]);
  },
};

/** A version whose top-level code fills pages of its memory, so that it has a delta of its own. */
function program(count: number): Uint8Array<ArrayBuffer> {
  return answering(
    "'deploy ' + all[7] + ' of ' + all.length",
    `const all = Array.from({ length: 500 }, () => ${count});`,
  );
}

/** Activations and rollbacks of existing versions. The state is the ids that were active, the present one last. */
export const activations: Lane<readonly number[], number> = {
  seen: (active) => active.at(-1)!,
  async prepare(server) {
    await createTenant(server, "activations");
    for (const id of [1, 2, 3]) await ok(upload(server, "activations", answering(`"version ${id}"`)));
    return [1, 2, 3];
  },
  change(active) {
    if (active.length > 1 && Math.random() < 0.4) {
      return {
        after: active.slice(0, -1),
        send: (server) => server.admin("POST", "/v1/tenants/activations/rollback"),
      };
    }
    const now = active.at(-1)!;
    const id = (now % 3) + 1;
    // The host remembers a hundred activations and the lane fewer, so a rollback always has a version to return to.
    return {
      after: [...active, id].slice(-20),
      send: (server) => server.admin("POST", `/v1/tenants/activations/versions/${id}/activate`),
    };
  },
  async read(server) {
    const { status, text } = await server.visit("activations");
    const found = (await (await ok(server.admin("GET", "/v1/tenants/activations"))).json()) as {
      activeVersion: number;
    };
    expect([status, text]).toEqual([200, `version ${found.activeVersion}`]);
    return found.activeVersion;
  },
};

const NOTES = `
  const path = new URL(request.url).pathname.split("/");
  if (path[1] === "put") await env.KV.put(path[2], path[3]);
  if (path[1] === "delete") await env.KV.delete(path[2]);
  const { keys } = await env.KV.list();
  return Response.json(await Promise.all(keys.map(async ({ name }) => [name, await env.KV.get(name)])));`;

/** Puts and deletes of KV by a program. The state is the entries in the order of their keys. */
export const notes: Lane<Entries, Entries> = {
  seen: (entries) => entries,
  async prepare(server) {
    await createTenant(server, "notes");
    const component = slimComponent(`export default { async fetch(request, env) { ${NOTES} } };`);
    await ok(upload(server, "notes", embedConfig(component, { kv: [{ binding: "KV", namespace: "notes" }] })));
    return [];
  },
  change(entries) {
    const key = String.fromCharCode(97 + Math.floor(Math.random() * 6));
    const others = entries.filter(([name]) => name !== key);
    const isDelete = others.length < entries.length && Math.random() < 0.3;
    const value = String(Math.random());
    const after = isDelete ? others : [...others, [key, value] as const].sort();
    const path = isDelete ? `/delete/${key}` : `/put/${key}/${value}`;
    return { after, send: async (server) => asResponse(await server.visit("notes", path)) };
  },
  async read(server) {
    const { status, text } = await server.visit("notes");
    expect([status, text]).toEqual([200, text]);
    return JSON.parse(text) as Entries;
  },
};

type Entries = readonly (readonly [key: string, value: string])[];

const asResponse = ({ status, text }: { status: number; text: string }) => new Response(text, { status });

const BULK_KEYS = Array.from({ length: 20 }, (_, n) => `key ${n}`);

/** Puts of many keys at once through the admin API, all or none. The state is the one value that all of them have. */
export const bulk: Lane<number, readonly number[]> = {
  seen: (value) => BULK_KEYS.map(() => value),
  async prepare(server) {
    await createTenant(server, "bulk");
    await ok(server.admin("PUT", "/v1/tenants/bulk/kv/many"));
    await ok(this.change(0).send(server));
    return 1;
  },
  change: (value) => ({
    after: value + 1,
    send: (server) => {
      const entries = BULK_KEYS.map((key) => ({ key, value: String(value + 1) }));
      return server.admin("POST", "/v1/tenants/bulk/kv/many/bulk", JSON_TYPE, JSON.stringify(entries));
    },
  }),
  read: (server) =>
    Promise.all(
      BULK_KEYS.map(async (key) => {
        const path = `/v1/tenants/bulk/kv/many/values/${encodeURIComponent(key)}`;
        return Number(await (await ok(server.admin("GET", path))).text());
      }),
    ),
};
