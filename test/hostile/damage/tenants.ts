/** The tenants of a data folder that is damaged: what each must answer, and which files it needs for that. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { embedConfig } from "../../../host/manifest/config.ts";
import { command, PLAIN } from "../../support/commands.ts";
import type { TestHost } from "../../support/host.ts";
import { answering } from "../../support/programs.ts";

interface DamagedTenant {
  readonly program: Uint8Array<ArrayBuffer>;
  readonly answer: string;
  /** Files beside the registry and its blobs without which it need not answer. */
  readonly needs: readonly string[];
}

const storing = answering("await env.KV.get('key').catch((error) => error.code)");
const scheduled = answering("'clock'");

export const tenants: Readonly<Record<string, DamagedTenant>> = {
  plain: { program: answering("'plain'"), answer: "plain", needs: [] },
  other: { program: answering("all.length", "const all = Array(500).fill('x');"), answer: "500", needs: [] },
  notes: {
    program: embedConfig(storing, { kv: [{ binding: "KV", namespace: "DATA" }] }),
    answer: "kept",
    needs: ["kv.sqlite", "kv.sqlite-wal", "kv.sqlite-shm"],
  },
  secret: { program: answering("env.PASS"), answer: "hush", needs: ["secret-key"] },
  clock: { program: embedConfig(scheduled, { crons: ["0 0 1 1 *"] }), answer: "clock", needs: [] },
  wasi: { program: await command("(call $text)", `${PLAIN}wasi`), answer: "wasi", needs: [] },
};

export async function deployAll(host: TestHost): Promise<void> {
  for (const [name, { program }] of Object.entries(tenants)) await host.deploy(name, program);
  const json = { "content-type": "application/json" };
  const puts = [
    host.admin("/v1/tenants/notes/kv/DATA/values/key", { method: "PUT", body: "kept" }),
    host.admin("/v1/tenants/secret/secrets/PASS", { method: "PUT", headers: json, body: '{"value":"hush"}' }),
  ];
  for (const put of await Promise.all(puts)) if (!put.ok) throw new Error(await put.text());
}

/** The files of each tenant's blobs, as paths in the data folder. */
export function blobsOf(dataDir: string): Readonly<Record<string, readonly string[]>> {
  using registry = new DatabaseSync(join(dataDir, "registry.sqlite"), { readOnly: true });
  const rows = registry.prepare("SELECT tenant, blob FROM version_blobs").all() as { tenant: string; blob: string }[];
  const byTenant = Object.groupBy(rows, ({ tenant }) => tenant);
  return Object.fromEntries(
    Object.entries(byTenant).map(([tenant, own = []]) => [
      tenant,
      own.map(({ blob }) => join("blobs", blob.slice(0, 2), blob)),
    ]),
  );
}
