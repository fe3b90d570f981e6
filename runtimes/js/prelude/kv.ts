/** A KV namespace as a tenant sees it (docs/reference/kv.md): Workers KV's interface, with revisions and compare-and-set. */

import { callBinding } from "./bindings.ts";
import { bytesOf, extract } from "./body.ts";
import { parseJson, tagged } from "./intrinsics.ts";
import { bodyStream, isStream } from "./streams.ts";
import { decodeUtf8 } from "./text.ts";

type ValueType = "text" | "json" | "arrayBuffer" | "stream";

interface Found {
  metadata: unknown;
  revision: number;
}

export interface PutOptions {
  /** Seconds since the epoch. */
  expiration?: number;
  /** Seconds from now. */
  expirationTtl?: number;
  metadata?: unknown;
  /** Put only where the value has this revision; 0: where the key does not exist. */
  ifRevision?: number;
}

const made = Symbol();

export class KVNamespace {
  readonly #name: string;

  constructor(name: string, mark?: unknown) {
    if (mark !== made) throw new TypeError("Illegal constructor");
    this.#name = name;
  }

  /** @internal */
  static named(name: string): KVNamespace {
    return new KVNamespace(name, made);
  }

  /** The value, or null; of several keys a Map with all of them. */
  async get(key: string | string[], options?: unknown): Promise<unknown> {
    const type = valueType(options);
    if (isList(key)) return this.#getMany(key, type, (value) => value);
    return (await this.#getOne(key, type)).value;
  }

  async getWithMetadata(key: string | string[], options?: unknown): Promise<unknown> {
    const type = valueType(options);
    if (isList(key)) return this.#getMany(key, type, (value, found) => describe(value, found));
    const { value, found } = await this.#getOne(key, type);
    return describe(value, found);
  }

  /** @returns the value's new revision */
  async put(key: string, value: unknown, options: PutOptions = {}): Promise<{ revision: number }> {
    const body = await bytesOfValue(value);
    const { expiration, expirationTtl, metadata, ifRevision } = options;
    const named = { name: this.#name, key: `${key}`, expiration, expirationTtl, metadata, ifRevision };
    return (await callBinding("kv", "put", named, { body })).value as { revision: number };
  }

  async delete(key: string, options: { ifRevision?: number } = {}): Promise<void> {
    await callBinding("kv", "delete", { name: this.#name, key: `${key}`, ifRevision: options.ifRevision });
  }

  async list(options: { prefix?: string | null; limit?: number; cursor?: string | null } = {}): Promise<unknown> {
    const { prefix, limit, cursor } = options;
    const named = { name: this.#name, prefix: prefix ?? undefined, limit, cursor: cursor ?? undefined };
    return (await callBinding("kv", "list", named)).value;
  }

  async #getOne(key: string, type: ValueType): Promise<{ value: unknown; found: Found | null }> {
    const reply = await callBinding("kv", "get", { name: this.#name, key: `${key}` });
    const found = reply.value as Found | null;
    return { value: found === null ? null : convert(reply.body, type), found };
  }

  async #getMany<T>(
    keys: string[],
    type: ValueType,
    entry: (value: unknown, found: Found | null) => T,
  ): Promise<Map<string, T>> {
    if (type !== "text" && type !== "json") {
      throw new TypeError(`Several keys at once can be read as "text" or "json", not as "${type}"`);
    }
    const names = keys.map((key) => `${key}`);
    const reply = await callBinding("kv", "getMany", { name: this.#name, keys: names });
    const entries = new Map<string, T>();
    let at = 0;
    const listed = reply.value as ((Found & { size: number }) | null)[];
    for (let i = 0; i < names.length; i++) {
      const found = listed[i]!;
      if (found === null) {
        entries.set(names[i]!, entry(null, null));
        continue;
      }
      entries.set(names[i]!, entry(convert(reply.body.slice(at, at + found.size), type), found));
      at += found.size;
    }
    return entries;
  }
}
tagged(KVNamespace, "KVNamespace");

function describe(value: unknown, found: Found | null): object {
  return { value, metadata: found?.metadata ?? null, revision: found?.revision ?? null, cacheStatus: null };
}

function valueType(options: unknown): ValueType {
  const type = typeof options === "string" ? options : ((options as { type?: string } | undefined)?.type ?? "text");
  if (type !== "text" && type !== "json" && type !== "arrayBuffer" && type !== "stream") {
    throw new TypeError(`A value can be read as "text", "json", "arrayBuffer" or "stream", not as "${type}"`);
  }
  return type;
}

function convert(body: ArrayBuffer, type: ValueType): unknown {
  switch (type) {
    case "arrayBuffer":
      return body;
    case "stream":
      return bodyStream.of(body);
    case "json":
      return parseJson(decodeUtf8(body).text);
    case "text":
      return decodeUtf8(body).text;
  }
}

function isList(key: unknown): key is string[] {
  return Array.isArray(key);
}

async function bytesOfValue(value: unknown): Promise<ArrayBuffer> {
  if (typeof value !== "string" && !(value instanceof ArrayBuffer) && !ArrayBuffer.isView(value) && !isStream(value)) {
    throw new TypeError("A value is a string, an ArrayBuffer, a view of one, or a ReadableStream");
  }
  return bytesOf(extract(value).content);
}
