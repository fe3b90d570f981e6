import { MIB } from "../../config/limits.ts";
import { plinthError } from "../../errors.ts";
import type { CallContext, Grants, HostBinding } from "../binding.ts";
import type { BindingCall, BindingReply } from "../message.ts";
import { argumentsOf, grantOf } from "./arguments.ts";
import { checkKey, ownerOf } from "./names.ts";
import { newValue } from "./new-value.ts";
import { answerRead } from "./reads.ts";
import type { KvService } from "./service.ts";

/** KV's side in the main thread: writes; reads for guests whose worker has no side of its own. */
export class KvHostBinding implements HostBinding {
  readonly #kv: KvService;

  /** @param kv stays its owner's to dispose of */
  constructor(kv: KvService) {
    this.#kv = kv;
  }

  async call(call: BindingCall, context: CallContext): Promise<BindingReply> {
    if (call.method === "put") return this.#put(call, context);
    if (call.method === "delete") return this.#delete(call, context);
    const read = answerRead(this.#kv.reader, call, context.grants);
    if (read === null) throw plinthError("PLINTH_BINDING_UNKNOWN", [call.binding, call.method]);
    return read;
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #put(call: BindingCall, { tenant, grants, limits }: CallContext): Promise<BindingReply> {
    const { name, key, ifRevision = null, ...options } = argumentsOf("put", call);
    const namespace = writable(grants, name);
    const value = newValue(key, call.body, options);
    // The version's limit, which its manifest can have lowered, is for its own tenant's namespaces.
    const limit = ownerOf(namespace) === tenant ? limits.kvStorageMib * MIB : undefined;
    const revision = await this.#kv.put(tenant, namespace, [value], ifRevision, limit);
    return { value: { revision } };
  }

  async #delete(call: BindingCall, { tenant, grants }: CallContext): Promise<BindingReply> {
    const { name, key, ifRevision = null } = argumentsOf("delete", call);
    const namespace = writable(grants, name);
    checkKey(key);
    await this.#kv.delete(tenant, namespace, [key], ifRevision);
    return { value: {} };
  }
}

function writable(grants: Grants, name: string): string {
  const { namespace, write } = grantOf(grants, name);
  if (!write) throw plinthError("PLINTH_KV_READ_ONLY", [namespace]);
  return namespace;
}
