/** A real host for tests. All its parts run, on free ports. Its temporary data folder is removed with it. */
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { get, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type DestinationStream, pino } from "pino";
import { type ConfigSources, loadConfig } from "../../host/config/config.ts";
import { type RunningHost, startHost } from "../../host/main.ts";

export type TestHostOptions = NonNullable<ConfigSources["flags"]> & {
  /** A folder that is kept, instead of a temporary one, so that another host can start on the same data. */
  readonly dataDir?: string;
  /** Takes the host's log, at `logLevel`. */
  readonly log?: DestinationStream;
  /** Modules of bindings from outside the registry. */
  readonly bindings?: readonly URL[];
};

export interface TestHost extends RunningHost, AsyncDisposable {
  /** The operator's token. */
  readonly token: string;
  readonly dataDir: string;
  /** Calls the admin API with the token; `path` starts with "/v1/". */
  admin(path: string, init?: RequestInit): Promise<Response>;
  /** Creates the tenant if needed, uploads a version and activates it. @throws Error with the host's answer */
  deploy(name: string, component: Uint8Array): Promise<void>;
  /** Calls a tenant by path; `path` starts with "/". */
  fetch(name: string, path?: string, init?: RequestInit): Promise<Response>;
  /** GETs from the ingress by hostname, even if that name does not resolve to this machine. Gives the body as text. */
  getByHostname(hostname: string, path?: string): Promise<{ status: number; body: string }>;
}

/** @example await using host = await startTestHost({ workers: 2 }); */
export async function startTestHost({ log, bindings, ...options }: TestHostOptions = {}): Promise<TestHost> {
  await using undo = new AsyncDisposableStack();
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "plinth-test-")));
  if (options.dataDir === undefined) undo.defer(() => rm(dataDir, { recursive: true, force: true }));
  const config = await loadConfig({
    flags: {
      listen: "127.0.0.1:0",
      admin: "127.0.0.1:0",
      logLevel: "silent",
      runtimes: ["plinth:js"],
      ...options,
      dataDir,
    },
    environment: {},
  });
  if (config.runtimes.includes("plinth:go")) await (await import("./go-runtime.ts")).ensureGoRuntime();
  const host = await startHost(config, pino({ level: config.logLevel }, log), { bindings });
  undo.defer(() => host.close());
  const token = (await readFile(host.tokenFile, "utf8")).trim();

  const admin = (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${token}`);
    return fetch(host.adminUrl + path, { ...init, headers });
  };
  const deploy = async (name: string, component: Uint8Array): Promise<void> => {
    const json = { "content-type": "application/json" };
    const created = await admin("/v1/tenants", { method: "POST", headers: json, body: JSON.stringify({ name }) });
    if (!created.ok && created.status !== 409) throw new Error(await created.text());
    const uploaded = await admin(`/v1/tenants/${name}/versions?activate=true`, {
      method: "POST",
      headers: { "content-type": "application/wasm" },
      body: new Uint8Array(component),
    });
    if (!uploaded.ok) throw new Error(await uploaded.text());
    await uploaded.body?.cancel();
  };
  const resources = undo.move();
  return {
    ...host,
    token,
    dataDir,
    admin,
    deploy,
    fetch: (name, path = "/", init) => fetch(`${host.ingressUrl}/t/${name}${path}`, init),
    // fetch sets the header Host itself, so it cannot be used here.
    getByHostname: async (hostname, path = "/") => {
      const [response] = (await once(get(host.ingressUrl + path, { headers: { host: hostname } }), "response")) as [
        IncomingMessage,
      ];
      return { status: response.statusCode ?? 0, body: await text(response) };
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
