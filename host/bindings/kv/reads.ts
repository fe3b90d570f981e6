import { plinthError } from "../../errors.ts";
import type { BindingCall, BindingReply } from "../message.ts";
import { argumentsOf } from "./arguments.ts";
import { grantOf, type KvGrants } from "./grant.ts";
import type { KvReads } from "./guarded-reads.ts";
import { checkKey } from "./names.ts";

/**
 * Answers a call that reads, in any thread.
 *
 * @returns null if the method does not read
 * @throws PlinthError of errors/kv.ts
 */
export function answerRead(reader: KvReads, call: BindingCall, grants: KvGrants | undefined): BindingReply | null {
  switch (call.method) {
    case "get":
      return get(reader, call, grants);
    case "getMany":
      return getMany(reader, call, grants);
    case "list":
      return list(reader, call, grants);
    default:
      return null;
  }
}

function get(reader: KvReads, call: BindingCall, grants: KvGrants | undefined): BindingReply {
  const { name, key } = argumentsOf("get", call);
  const { namespace } = grantOf(grants, name);
  checkKey(key);
  const found = reader.get(namespace, key);
  if (found === null) return { value: null };
  const { value: body, metadata, revision, expiration } = found;
  return { value: { metadata, revision, expiration }, body };
}

function getMany(reader: KvReads, call: BindingCall, grants: KvGrants | undefined): BindingReply {
  const { name, keys } = argumentsOf("getMany", call);
  const { namespace } = grantOf(grants, name);
  for (const key of keys) checkKey(key);
  const found = reader.getMany(namespace, keys);
  const value = found.map((entry, index) => {
    if (entry === null) return null;
    const { value, metadata, revision, expiration } = entry;
    return { key: keys[index]!, metadata, revision, expiration, size: value.length };
  });
  return { value, body: Buffer.concat(found.flatMap((entry) => entry?.value ?? [])) };
}

function list(reader: KvReads, call: BindingCall, grants: KvGrants | undefined): BindingReply {
  const { name, ...options } = argumentsOf("list", call);
  const { namespace } = grantOf(grants, name);
  if (options.prefix?.isWellFormed() === false) {
    throw plinthError("PLINTH_KV_ARGUMENT", ["list: prefix is not well-formed Unicode"]);
  }
  const { keys, cursor } = reader.list(namespace, options);
  const value = {
    // As in Workers KV, a property that a key does not have is left out.
    keys: keys.map(({ key, expiration, metadata }) => ({
      name: key,
      ...(expiration === null ? {} : { expiration }),
      ...(metadata === null ? {} : { metadata }),
    })),
    list_complete: cursor === null,
    ...(cursor === null ? {} : { cursor }),
  };
  return { value };
}
