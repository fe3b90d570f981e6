/** The admin API over a store of its own, for the tests of this folder. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { plinthError } from "../errors.ts";
import { testLogs } from "../observe/logs.fixture.ts";
import type { TenantLogs } from "../observe/tenant-log.ts";
import { openEmbeddedStore } from "../store/embedded.ts";
import type { Sha256, Store } from "../store/store.ts";
import { type AdminDependencies, createAdmin } from "./admin.ts";
import { ensureOperatorToken } from "./auth.ts";

export const uploadLimitBytes = 1024 * 1024;

/** The parts of all routes' answers that the tests look at. */
export interface Body {
  name: string;
  id: number;
  component: Sha256;
  active: boolean;
  activeVersion: number | null;
  hostnames: string[];
  tenants: { name: string }[];
  next: string | null;
  versions: unknown[];
  warnings: string[];
  lines: { message: string }[];
  before: number | null;
  after: number | null;
  error: Record<string, unknown>;
}

interface Answer {
  status: number;
  body: Body;
}

interface CallOptions {
  readonly json?: unknown;
  readonly wasm?: string | Uint8Array;
  readonly headers?: Record<string, string>;
}

export interface TestAdmin extends AsyncDisposable {
  readonly store: Store;
  readonly logs: TenantLogs;
  /** "http://127.0.0.1:PORT" */
  readonly base: string;
  /** The operator's. */
  readonly token: string;
  /** Calls a route with the token; `path` starts with "/v1/". */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** A connection to write a request on, byte for byte. */
  connect(): Socket;
}

/** A deployer that looks at nothing but the first byte, and keeps the component as it is. */
function plainDeployer(store: Store): AdminDependencies["deployer"] {
  return {
    async deploy(tenant, component, options) {
      if (component[0] === 0xff) throw plinthError("PLINTH_NOT_A_COMPONENT", ["noise"], { details: { offset: 0 } });
      if (component[0] === 0xfe) throw new Error("the secret is 42");
      const blob = await store.putBlob(component);
      const version = {
        kind: "static",
        runtime: null,
        runtimeIntegrity: null,
        component: blob,
        artifacts: { copy: blob },
      } as const;
      const added = { ...version, uploadBytes: component.length, meta: { private: true } };
      return { ...(await store.addVersion(tenant, added, options)), warnings: [] };
    },
  };
}

export async function startTestAdmin(rates = { tenant: 1_000, operator: 1_000 }): Promise<TestAdmin> {
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "plinth-admin-"));
  undo.defer(() => rm(folder, { recursive: true }));
  const store = await openEmbeddedStore(folder);
  undo.defer(() => store.close());
  const token = (await readFile(await ensureOperatorToken(store, folder), "utf8")).trim();
  const logs = undo.use(testLogs(folder));
  const app = createAdmin({
    store,
    deployer: plainDeployer(store),
    logs,
    runtimes: { list: () => [{ name: "plinth:js", version: "1.0.0", integrity: "sha256-x" }] },
    domain: "plinth.test",
    hostnames: { domain: "plinth.test", own: ["admin.example.com"], tenantSuffixes: ["apps.example"] },
    rates,
    hosts: ["admin.example.com"],
    uploadLimitBytes,
    tokenLimit: 100,
    urlOf: (tenant) => `http://${tenant}.plinth.test/`,
  });
  undo.defer(() => app.close());
  const base = await app.listen({ host: "127.0.0.1", port: 0 });
  const resources = undo.move();
  return {
    store,
    logs,
    base,
    token,
    connect: () => connect((app.server.address() as AddressInfo).port, "127.0.0.1"),
    async call(method, path, { json, wasm, headers } = {}) {
      const fields: Record<string, string> = { authorization: `Bearer ${token}` };
      if (json !== undefined) fields["content-type"] = "application/json";
      if (wasm !== undefined) fields["content-type"] = "application/wasm";
      const body = json === undefined ? wasm : JSON.stringify(json);
      const init = {
        method,
        headers: { ...fields, ...headers },
        ...(body === undefined ? {} : { body, duplex: "half" }),
      };
      const response = await fetch(base + path, init as RequestInit);
      const text = await response.text();
      return { status: response.status, body: text === "" ? null : JSON.parse(text) };
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** An answer with that error. */
export const failure = (status: number, code: string) => ({
  status,
  body: { error: expect.objectContaining({ code, message: expect.any(String) }) },
});

/** The bytes of a connection up to the end of an error's JSON, even if the request has not been sent to its end. */
export async function answerOn(socket: Socket): Promise<string> {
  let answer = "";
  for await (const chunk of socket) {
    answer += chunk;
    if (answer.endsWith("}}")) break;
  }
  return answer;
}
