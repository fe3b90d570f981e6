/** A host in a process of its own, with the good tenants and the hostile ones of a part. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type HostProcess, startHostProcess } from "../../../bench/host-process.ts";
import { ApiClient } from "../../../host/cli/api-client.ts";
import { embedConfig } from "../../../host/manifest/config.ts";
import type { Kind } from "./kind.ts";

export interface StageOptions {
  readonly good: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
  readonly kinds: readonly Kind[];
  /** Host and port of the server that hostile tenants fetch from. */
  readonly origin: string;
  /** Settings of the host besides its defaults. */
  readonly settings?: Record<string, string>;
  /** CPU time of hostile tenants that compute for ever, and wall time of those that wait, in place of the defaults. */
  readonly hurry?: { readonly cpuMs: number; readonly wallMs: number };
}

/** @returns the host. Its data folder is removed with it */
export async function setStage(options: StageOptions): Promise<HostProcess> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-attack-"));
  const start = () =>
    startHostProcess(folder, {
      PLINTH_LOG_LEVEL: "fatal",
      PLINTH_FETCH_PRIVATE_NETWORKS: "127.0.0.1/32",
      ...("good-go" in options.good ? { PLINTH_RUNTIMES: "plinth:js,plinth:go" } : {}),
      ...options.settings,
    });
  let host = await start();
  await deployAll(host, options);
  if (options.kinds.some(({ everySecond }) => everySecond)) {
    await host[Symbol.asyncDispose]();
    setCronsToSeconds(folder);
    host = await start();
  }
  return {
    ...host,
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function deployAll(host: HostProcess, { good, kinds, origin, hurry }: StageOptions): Promise<void> {
  const api = new ApiClient({ admin: host.admin, token: host.token });
  for (const [name, component] of Object.entries(good)) {
    await api.createTenant(name, []);
    await api.uploadVersion(name, component, { activate: true });
  }
  for (const { name, ends, build } of kinds) {
    const { component, config } = await build(origin);
    const limits: Record<string, number> = {};
    if (hurry !== undefined && ends.test("503 PLINTH_CPU_LIMIT")) limits.cpuMs = hurry.cpuMs;
    if (hurry !== undefined && ends.test("504 PLINTH_WALL_LIMIT")) limits.wallMs = hurry.wallMs;
    await api.createTenant(name, []);
    await api.uploadVersion(name, embedConfig(component, { ...config, limits }), { activate: true });
  }
}

/** Makes crons run every second. A manifest's cron has only minutes, so the registry of the stopped host is changed. */
function setCronsToSeconds(folder: string): void {
  using registry = new DatabaseSync(join(folder, "registry.sqlite"));
  registry
    .prepare("UPDATE versions SET config = json_set(config, '$.crons[0]', '* * * * * *') WHERE tenant = 'js-crons'")
    .run();
}
