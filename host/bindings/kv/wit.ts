/** `plinth:kv/store` (wit/kv.wit) over the sides of the binding: reads in this thread, writes in the main thread. */
import { plinthError } from "../../errors.ts";
import type { JsonValue } from "../../store/store.ts";
import type { BindingReply } from "../message.ts";
import { callLater, callNow, type FrameCalls, refusal, type WitResult } from "../wit-calls.ts";

interface PutOptions {
  expiration?: bigint;
  expirationTtl?: bigint;
  metadata?: string;
  ifRevision?: bigint;
}

interface ListOptions {
  prefix?: string;
  limit?: number;
  cursor?: string;
}

interface Entry {
  value: Uint8Array;
  metadata: string | undefined;
  revision: bigint;
  expiration: bigint | undefined;
}

/** The value's fields in a reply (docs/reference/kv.md, "Wire format"). */
interface Facts {
  metadata: JsonValue;
  revision: number;
  expiration: number | null;
}

interface Listed {
  name: string;
  metadata?: JsonValue;
  expiration?: number;
}

export function kvImports(calls: FrameCalls) {
  const call = (method: string, named: Record<string, unknown>, body?: Uint8Array) => ({
    binding: "kv",
    method,
    arguments: named,
    ...(body === undefined ? {} : { body }),
  });
  return {
    get: (name: string, key: string) =>
      callNow(calls, call("get", { name, key }), ({ value, body = NOTHING }) =>
        value === null ? undefined : entry(value as unknown as Facts, body),
      ),
    getMany: (name: string, keys: string[]) => callNow(calls, call("getMany", { name, keys }), entries),
    list: (name: string, options: ListOptions) => callNow(calls, call("list", { name, ...options }), page),
    put: async (name: string, key: string, value: Uint8Array, options: PutOptions): Promise<WitResult<bigint>> => {
      const { metadata, expiration, expirationTtl, ifRevision } = options;
      let parsed: unknown;
      try {
        parsed = metadata === undefined ? null : JSON.parse(metadata);
      } catch {
        return refusal(plinthError("PLINTH_KV_ARGUMENT", ["put: metadata is not JSON"]));
      }
      const named = {
        name,
        key,
        metadata: parsed,
        expiration: number(expiration),
        expirationTtl: number(expirationTtl),
        ifRevision: number(ifRevision),
      };
      return callLater(calls, call("put", named, value), ({ value }) =>
        BigInt((value as { revision: number }).revision),
      );
    },
    delete: (name: string, key: string, ifRevision: bigint | undefined): Promise<WitResult<undefined>> =>
      callLater(calls, call("delete", { name, key, ifRevision: number(ifRevision) }), () => undefined),
  };
}

const NOTHING = new Uint8Array(0);

/** Revisions and times are far below 2^53. A larger number is refused, or matches nothing. */
function number(value: bigint | undefined): number | null {
  return value === undefined ? null : Number(value);
}

function entry({ metadata, revision, expiration }: Facts, value: Uint8Array): Entry {
  return { value, metadata: json(metadata), revision: BigInt(revision), expiration: bigint(expiration) };
}

/** The values stand one after the other in the body. */
function entries({ value, body = NOTHING }: BindingReply): (Entry | undefined)[] {
  let at = 0;
  return (value as unknown as ((Facts & { size: number }) | null)[]).map((facts) => {
    if (facts === null) return undefined;
    const from = at;
    at += facts.size;
    return entry(facts, body.subarray(from, at));
  });
}

function page({ value }: BindingReply) {
  const { keys, cursor } = value as unknown as { keys: Listed[]; cursor?: string };
  return {
    keys: keys.map(({ name, metadata, expiration }) => ({
      name,
      metadata: json(metadata),
      expiration: bigint(expiration),
    })),
    cursor,
  };
}

function json(value: JsonValue | undefined): string | undefined {
  return value === undefined || value === null ? undefined : JSON.stringify(value);
}

function bigint(value: number | null | undefined): bigint | undefined {
  return value === null || value === undefined ? undefined : BigInt(value);
}
