/** `KVNamespace`: the interface of Workers KV, with revisions and compare-and-set (docs/reference/kv.md). */
import { type Answer, call, callBinding } from "./bindings.ts";
import { bytesOf, extract } from "./body.ts";
import { rejected, tagged, toJson } from "./intrinsics.ts";
import { parse } from "./json.ts";
import { isStream, streamOf } from "./streams.ts";
import { decodeUtf8 } from "./text.ts";

type ValueType = "text" | "json" | "arrayBuffer" | "stream";

interface Found {
  metadata: unknown;
  revision: number;
}

type Entry<T> = (value: unknown, found: Found | null) => T;

export interface PutOptions {
  /** Seconds since the epoch. */
  expiration?: number;
  /** Seconds from now. */
  expirationTtl?: number;
  metadata?: unknown;
  /** The revision that the value must have for the put. 0 means that the key must not exist. */
  ifRevision?: number;
}

const made = Symbol();

export class KVNamespace {
  readonly #name: string;
  /** The head of a get as JSON, up to the key. */
  readonly #getHead: string;

  constructor(name: string, mark?: unknown) {
    if (mark !== made) throw new TypeError("Illegal constructor");
    this.#name = name;
    this.#getHead = `{"binding":"kv","method":"get","arguments":{"name":${toJson(name)},"key":`;
  }

  /** @internal */
  static named(name: string): KVNamespace {
    return new KVNamespace(name, made);
  }

  /** Gives the value, or null. For several keys it gives a Map with all of them. */
  get(key: string | string[], options?: unknown): Promise<unknown> {
    return this.#read(key, options, (value) => value);
  }

  getWithMetadata(key: string | string[], options?: unknown): Promise<unknown> {
    return this.#read(key, options, describe);
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

  // This method is not async, since that would make more promises, and each costs as much as a look into the store.
  #read<T>(key: string | string[], options: unknown, entry: Entry<T>): Promise<T | Map<string, T>> {
    try {
      const type = valueType(options);
      if (isList(key)) return this.#getMany(key, type, entry);
      return call(`${this.#getHead}${toJson(`${key}`)}}}`, (answer) => {
        const found = answer.value as Found | null;
        return entry(found === null ? null : convertAnswer(answer, type), found);
      });
    } catch (error) {
      return rejected(error);
    }
  }

  async #getMany<T>(keys: string[], type: ValueType, entry: Entry<T>): Promise<Map<string, T>> {
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
      entries.set(names[i]!, entry(convertText(reply.body.slice(at, at + found.size), type), found));
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

function convertAnswer(answer: Answer, type: ValueType): unknown {
  switch (type) {
    case "text":
      return answer.text();
    case "json":
      return parse(answer.text());
    case "arrayBuffer":
      return answer.bytes();
    case "stream":
      return streamOf(answer.bytes());
  }
}

function convertText(bytes: ArrayBuffer, type: "text" | "json"): unknown {
  const { text } = decodeUtf8(bytes);
  return type === "json" ? parse(text) : text;
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
