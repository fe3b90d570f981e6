/** The output of `plinth deploy --dry-run`: the parts that a deploy would send. */
import { runtimeConfig } from "../manifest/config.ts";
import type { Manifest } from "../manifest/schema.ts";
import type { ProjectAsset } from "../toolchain/assets.ts";
import { count, fields } from "./table.ts";

interface Planned {
  readonly name: string;
  readonly component: Uint8Array;
  readonly assets: readonly ProjectAsset[] | null;
  readonly hostnames: readonly string[] | undefined;
  readonly manifest: Manifest | null;
}

/** The result for programs. `hostnames` is null if the tenant keeps its own. */
export function dryRunResult({ name, component, assets, hostnames, manifest }: Planned) {
  return {
    dryRun: true,
    tenant: name,
    uploadBytes: component.length,
    assets: assets === null ? null : { files: assets.length, bytes: assetBytes(assets) },
    hostnames: hostnames ?? null,
    config: runtimeConfig(manifest ?? {}),
  };
}

/** The result for people, with the names of vars and without their values. */
export function dryRunText({ name, component, assets, hostnames, manifest }: Planned): string {
  const { vars, kv, fetch, crons, ...rest } = runtimeConfig(manifest ?? {});
  const named = Object.keys(rest).filter((key) => key !== "assets");
  const lines = Object.entries({
    hostnames: hostnames?.join(" "),
    assets:
      assets === null
        ? ""
        : `${count(assets.length)} ${assets.length === 1 ? "file" : "files"}, ${count(assetBytes(assets))} bytes`,
    vars: Object.keys(vars ?? {}).join(" "),
    kv: kv?.map(({ binding, namespace }) => `${binding} (${namespace})`).join(" "),
    fetch: fetch?.allow.join(" "),
    crons: crons?.join(", "),
    also: named.join(" "),
  }).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== "");
  const title = `${name}: ${count(component.length)} bytes; nothing was uploaded`;
  return lines.length === 0 ? title : `${title}\n${fields(Object.fromEntries(lines))}`;
}

function assetBytes(assets: readonly ProjectAsset[]): number {
  return assets.reduce((sum, { bytes }) => sum + bytes, 0);
}
