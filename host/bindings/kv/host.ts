import { limitsOf, MIB } from "../../config/limits.ts";
import { plinthError } from "../../errors.ts";
import type { TenantName } from "../../store/store.ts";
import type { CallContext, Granting, HostServices, HostSide } from "../binding.ts";
import type { BindingCall, BindingReply } from "../message.ts";
import { argumentsOf } from "./arguments.ts";
import type { KvWorkerData } from "./binding.ts";
import { grantOf, type KvGrants } from "./grant.ts";
import { checkKey, ownerOf } from "./names.ts";
import { newValue } from "./new-value.ts";
import { answerRead } from "./reads.ts";
import type { KvConfig } from "./schema.ts";
import { KvService } from "./service.ts";

/** KV's side in the main thread. It writes, and it reads for guests whose worker has no side. */
export class KvSide implements HostSide<KvConfig, KvGrants> {
  readonly service: KvService;
  readonly workerData: KvWorkerData;

  /** @param service is disposed of with this */
  constructor(service: KvService) {
    this.service = service;
    this.workerData = { file: service.isInService ? service.file : null };
  }

  /** @throws PlinthError PLINTH_DATA_VERSION, PLINTH_DATA_FOLDER */
  static async open({ config, store, logger }: HostServices): Promise<KvSide> {
    return new KvSide(
      await KvService.open({
        folder: config.dataDir,
        store,
        storageLimitOf: (tenant) => limitsOf(config, store.findTenant(tenant)?.limits ?? {}).kvStorageMib * MIB,
        onFault: (error) => logger.error({ err: error }, "background failure: KV"),
      }),
    );
  }

  grant({ tenant, config = [] }: Granting<KvConfig>): KvGrants | undefined {
    const grants = this.service.resolve(tenant, config);
    return Object.keys(grants).length === 0 ? undefined : grants;
  }

  provision(tenant: TenantName, config: KvConfig = []): Promise<void> {
    return this.service.provision(tenant, config);
  }

  sweep(): Promise<void> {
    return this.service.sweep();
  }

  onChange(listener: (tenant: TenantName) => void): void {
    this.service.onChange((tenant) => listener(tenant as TenantName));
  }

  async call(call: BindingCall, grants: KvGrants | undefined, context: CallContext): Promise<BindingReply> {
    if (call.method === "put") return this.#put(call, grants, context);
    if (call.method === "delete") return this.#delete(call, grants, context);
    const read = answerRead(this.service.reader, call, grants);
    if (read === null) throw plinthError("PLINTH_BINDING_UNKNOWN", [call.binding, call.method]);
    return read;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.service[Symbol.asyncDispose]();
  }

  async #put(call: BindingCall, grants: KvGrants | undefined, context: CallContext): Promise<BindingReply> {
    const { name, key, ifRevision = null, ...options } = argumentsOf("put", call);
    const namespace = writable(grants, name);
    const value = newValue(key, call.body, options);
    const { tenant, limits } = context;
    // The version's limit, which its manifest can have lowered, is for its own tenant's namespaces.
    const limit = ownerOf(namespace) === tenant ? limits.kvStorageMib * MIB : undefined;
    const revision = await this.service.put(tenant, namespace, [value], ifRevision, limit);
    return { value: { revision } };
  }

  async #delete(call: BindingCall, grants: KvGrants | undefined, { tenant }: CallContext): Promise<BindingReply> {
    const { name, key, ifRevision = null } = argumentsOf("delete", call);
    const namespace = writable(grants, name);
    checkKey(key);
    await this.service.delete(tenant, namespace, [key], ifRevision);
    return { value: {} };
  }
}

function writable(grants: KvGrants | undefined, name: string): string {
  const { namespace, write } = grantOf(grants, name);
  if (!write) throw plinthError("PLINTH_KV_READ_ONLY", [namespace]);
  return namespace;
}
