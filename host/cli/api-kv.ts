/** KV namespaces of tenants, by the admin API. */
import { VALUE_BYTES } from "../bindings/kv/limits.ts";
import { quote } from "../bindings/kv/names.ts";
import { plinthError } from "../errors.ts";
import { tenantPath } from "./api-client.ts";
import { type ApiTransport, apiPath } from "./api-transport.ts";
import type { Answer, Body } from "./api-types.ts";

export type KvNamespaceView = Answer<"getKvNamespace">;
export type KvNamespaces = Answer<"listKvNamespaces">;
export type KvPair = Body<"putKvBulk">[number];

export interface KvValue {
  readonly bytes: Uint8Array;
  readonly revision: number;
  readonly expiration: number | null;
  readonly metadata: unknown;
}

export interface KvPutOptions {
  readonly expiration?: number | undefined;
  readonly expirationTtl?: number | undefined;
  readonly metadata?: unknown;
  /** The revision that the key must have; 0: the key must have no value. */
  readonly ifRevision?: number | undefined;
}

export function listNamespaces(api: ApiTransport, tenant: string): Promise<KvNamespaces> {
  return api.call(`${tenantPath(tenant)}/kv`);
}

/** One namespace. Each function throws as `ApiTransport.call`. */
export class KvApi {
  readonly #api: ApiTransport;
  readonly #path: string;

  constructor(api: ApiTransport, tenant: string, namespace: string) {
    this.#api = api;
    this.#path = tenantPath(tenant) + apiPath`/kv/${namespace}`;
  }

  create(): Promise<KvNamespaceView> {
    return this.#api.call(this.#path, { method: "PUT" });
  }

  async delete(): Promise<void> {
    await this.#api.call(this.#path, { method: "DELETE" });
  }

  grant(tenant: string, write: boolean): Promise<KvNamespaceView> {
    return this.#api.call(this.#path + apiPath`/grants/${tenant}`, { method: "PUT", json: { write } });
  }

  async revoke(tenant: string): Promise<void> {
    await this.#api.call(this.#path + apiPath`/grants/${tenant}`, { method: "DELETE" });
  }

  /** Reads a page of keys. @param query `limit` is at most 1,000 */
  keys(query: {
    readonly prefix?: string | undefined;
    readonly cursor?: string | undefined;
    readonly limit?: number | undefined;
  }): Promise<Answer<"listKvKeys">> {
    return this.#api.call(`${this.#path}/keys`, { query: { ...query } });
  }

  async get(key: string): Promise<KvValue> {
    const response = await this.#api.send(this.#path + apiPath`/values/${key}`);
    const { headers } = response;
    const expiration = headers.get("plinth-kv-expiration");
    return {
      bytes: new Uint8Array(await response.arrayBuffer()),
      revision: Number(headers.get("etag")?.replaceAll('"', "")),
      expiration: expiration === null ? null : Number(expiration),
      metadata: JSON.parse(headers.get("plinth-kv-metadata") ?? "null"),
    };
  }

  /** @returns the value's revision @throws PLINTH_KV_VALUE_TOO_LARGE */
  async put(key: string, bytes: Uint8Array, options: KvPutOptions): Promise<number> {
    // The host would refuse the body while it is being sent, so its length is checked here.
    if (bytes.length > VALUE_BYTES)
      throw plinthError("PLINTH_KV_VALUE_TOO_LARGE", [quote(key), bytes.length, VALUE_BYTES]);
    const { expiration, expirationTtl, metadata, ifRevision } = options;
    const headers = {
      ...conditionOf(ifRevision),
      "plinth-kv-expiration": expiration?.toString(),
      "plinth-kv-expiration-ttl": expirationTtl?.toString(),
      "plinth-kv-metadata": metadata === undefined ? undefined : asciiJson(metadata),
    };
    const upload = { bytes, type: "application/octet-stream" } as const;
    const path = this.#path + apiPath`/values/${key}`;
    return (await this.#api.call<Answer<"putKvValue">>(path, { method: "PUT", headers, upload })).revision;
  }

  async remove(key: string, ifRevision: number | undefined): Promise<void> {
    const headers = conditionOf(ifRevision);
    await this.#api.call(this.#path + apiPath`/values/${key}`, { method: "DELETE", headers });
  }

  async putAll(pairs: readonly KvPair[]): Promise<void> {
    await this.#api.call(`${this.#path}/bulk`, { method: "POST", json: pairs });
  }

  async removeAll(keys: readonly string[]): Promise<void> {
    await this.#api.call(`${this.#path}/bulk/delete`, { method: "POST", json: keys });
  }
}

function conditionOf(revision: number | undefined): Record<string, string> {
  if (revision === undefined) return {};
  return revision === 0 ? { "if-none-match": "*" } : { "if-match": `"${revision}"` };
}

/** Header fields are ASCII. */
function asciiJson(value: unknown): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, escaped);
}
