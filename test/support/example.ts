/** Deploys examples as `plinth deploy` does, with their values and secrets. */

import { embedConfig, runtimeConfig } from "../../host/manifest/config.ts";
import { readManifest } from "../../host/manifest/read.ts";
import type { RuntimeConfig } from "../../host/manifest/schema.ts";
import { buildProject } from "../../host/toolchain/build-project.ts";
import { builtIn } from "../../runtimes/registry.ts";
import type { TestHost } from "./host.ts";

/**
 * Builds and deploys an example with its manifest's settings.
 *
 * @param change changes the manifest's run-time part, because a test's servers have other addresses than the real ones
 */
export async function deployExample(
  host: TestHost,
  name: string,
  folder: string,
  change: (config: RuntimeConfig) => RuntimeConfig = (config) => config,
): Promise<void> {
  const { component } = await buildProject(folder);
  const manifest = await readManifest(folder, builtIn.names);
  await host.deploy(name, embedConfig(component, change(runtimeConfig(manifest ?? {}))));
}

/** Does what `plinth kv put` does. @param options headers of the admin API, such as `plinth-kv-metadata` */
export async function putValue(
  host: TestHost,
  tenant: string,
  namespace: string,
  key: string,
  value: string | Uint8Array<ArrayBuffer>,
  options: Readonly<Record<string, string>> = {},
): Promise<void> {
  const path = `/v1/tenants/${tenant}/kv/${namespace}/values/${encodeURIComponent(key)}`;
  await done(await host.admin(path, { method: "PUT", body: value, headers: options }));
}

/** Does what `plinth secret put` does. */
export async function putSecret(host: TestHost, tenant: string, name: string, value: string): Promise<void> {
  await done(
    await host.admin(`/v1/tenants/${tenant}/secrets/${name}`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ value }),
    }),
  );
}

async function done(response: Response): Promise<void> {
  const text = await response.text();
  if (!response.ok) throw new Error(text);
}
