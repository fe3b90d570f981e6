/** Deploys programs with static files, as `plinth deploy` does. */
import { createHash } from "node:crypto";
import { embedConfig } from "../../host/manifest/config.ts";
import type { RuntimeConfig } from "../../host/manifest/schema.ts";
import type { TestHost } from "./host.ts";

export type Files = Readonly<Record<string, string | Uint8Array>>;

export function sha256(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function listOf(files: Files): { path: string; hash: string; bytes: number }[] {
  return Object.entries(files).map(([path, bytes]) => ({
    path,
    hash: sha256(bytes),
    bytes: Buffer.from(bytes).length,
  }));
}

/** Files as the body of an upload. */
export function framed(files: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const parts = files.map((file) => {
    const bytes = Buffer.from(file);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return Buffer.concat([length, bytes]);
  });
  return new Uint8Array(Buffer.concat(parts));
}

/** @returns the host's answer: the list's name, and the hashes of the files that it lacks */
export async function stage(host: TestHost, name: string, files: Files) {
  const answer = await host.admin(`/v1/tenants/${name}/assets`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ files: listOf(files) }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as { list: string; missing: string[] };
}

export function send(host: TestHost, name: string, files: readonly (string | Uint8Array)[]): Promise<Response> {
  return host.admin(`/v1/tenants/${name}/assets/files`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: framed(files),
  });
}

/** @returns the hashes of the files that were sent */
export async function deployWithAssets(
  host: TestHost,
  name: string,
  program: Uint8Array<ArrayBuffer>,
  files: Files,
  config: Partial<NonNullable<RuntimeConfig["assets"]>> = {},
): Promise<readonly string[]> {
  const json = { "content-type": "application/json" };
  const created = await host.admin("/v1/tenants", { method: "POST", headers: json, body: JSON.stringify({ name }) });
  if (!created.ok && created.status !== 409) throw new Error(await created.text());
  const { list, missing } = await stage(host, name, files);
  const wanted = new Set(missing);
  const sent = await send(
    host,
    name,
    Object.values(files).filter((bytes) => wanted.has(sha256(bytes))),
  );
  if (!sent.ok) throw new Error(await sent.text());
  const uploaded = await host.admin(`/v1/tenants/${name}/versions?activate=true&assets=${list}`, {
    method: "POST",
    headers: { "content-type": "application/wasm" },
    body: embedConfig(program, { assets: { directory: "public", ...config } }),
  });
  if (!uploaded.ok) throw new Error(await uploaded.text());
  return missing;
}
