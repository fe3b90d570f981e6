/** The main thread's sides of all bindings. */
import { PlinthError, plinthError } from "../errors.ts";
import type { Sha256, TenantName } from "../store/store.ts";
import {
  type AnyBinding,
  type CallContext,
  type Grants,
  type HostServices,
  type HostSide,
  noGrants,
} from "./binding.ts";
import { environmentEntries } from "./manifest-names.ts";
import { decodeCall, encodeError, encodeReply } from "./message.ts";
import { loadBindings, type Sides } from "./registry.ts";
import type { WorkerBindingsData } from "./worker-bindings.ts";

/** The part of a manifest that a version takes along. It has been checked. */
export type BindingConfigs = Readonly<Record<string, unknown>>;

/** The request that calls, with the grants of its version. */
export interface GrantedContext extends CallContext {
  readonly grants: Grants;
}

interface OpenBinding {
  readonly binding: AnyBinding;
  readonly side: HostSide<unknown, unknown>;
}

export class HostBindings implements AsyncDisposable {
  readonly #open: ReadonlyMap<string, OpenBinding>;
  /** Modules of the bindings that are not in the registry (`loadBindings`). */
  readonly modules: readonly string[];
  readonly #onFault: (error: unknown, context: GrantedContext) => void;
  #onCall: (tenant: string, binding: string) => void = () => {};

  /**
   * @param open the open bindings, whose sides are disposed of with this
   * @param onFault is told of an error that a side did not expect. The guest gets PLINTH_INTERNAL
   */
  constructor(
    open: readonly OpenBinding[],
    onFault: (error: unknown, context: GrantedContext) => void,
    modules: readonly string[] = [],
  ) {
    this.#open = new Map(open.map((entry) => [entry.binding.name, entry]));
    this.modules = modules;
    this.#onFault = onFault;
  }

  /**
   * Opens all sides, one after the other.
   *
   * @param modules of bindings that are not in the registry (`loadBindings`)
   * @throws PlinthError if a side cannot be opened
   */
  static async open(services: HostServices, modules: readonly string[] = []): Promise<HostBindings> {
    await using undo = new AsyncDisposableStack();
    const open: OpenBinding[] = [];
    for (const binding of await loadBindings(modules)) {
      open.push({ binding, side: undo.use(await binding.host(services)) });
    }
    const onFault = (err: unknown, { tenant, requestId }: GrantedContext) =>
      services.logger.error({ err, tenant, requestId }, "a binding failed");
    undo.move();
    return new HostBindings(open, onFault, modules);
  }

  /** The side of a binding of the registry. */
  side<Name extends keyof Sides>(name: Name): Sides[Name] {
    return this.#open.get(name)!.side as Sides[Name];
  }

  /** The data with which the workers open their sides. */
  get workerData(): WorkerBindingsData {
    const data = [...this.#open].map(([name, { side }]) => [name, side.workerData]);
    return { modules: this.modules, data: Object.fromEntries(data) };
  }

  /** Finds the grants of a version. @returns `noGrants` itself if it may use nothing. @throws PLINTH_SECRET_UNREADABLE */
  grantsOf(tenant: TenantName, configs: BindingConfigs, artifacts: Readonly<Record<string, Sha256>> = {}): Grants {
    const open = [...this.#open.values()];
    const entries = environmentEntries(
      open.map(({ binding }) => binding),
      configs,
    );
    const grants = open.flatMap(({ binding: { name: binding }, side }) => {
      const taken = new Set(entries.filter((entry) => entry.binding !== binding).map(({ name }) => name));
      const grant = side.grant({ tenant, config: configs[binding], artifacts, taken });
      return grant === undefined ? [] : [[binding, grant] as const];
    });
    return grants.length === 0 ? noGrants : Object.fromEntries(grants);
  }

  /** Has each binding prepare a new version, before it goes live. @throws PlinthError refuses the version */
  async provision(tenant: TenantName, configs: BindingConfigs): Promise<void> {
    for (const [name, { side }] of this.#open) await side.provision?.(tenant, configs[name]);
  }

  /** Removes what a crash has left behind, when the whole data folder has been checked. */
  async sweep(): Promise<void> {
    for (const { side } of this.#open.values()) await side.sweep?.();
  }

  /** @param listener is called with each tenant to which `grantsOf` may give something else than before */
  onChange(listener: (tenant: TenantName) => void): void {
    for (const { side } of this.#open.values()) side.onChange?.(listener);
  }

  /** @param listener is called with each call of a binding that there is */
  onCall(listener: (tenant: string, binding: string) => void): void {
    this.#onCall = listener;
  }

  /** Answers a guest's call. @returns the reply's frame, errors included; never rejected */
  async call(frame: Uint8Array, context: GrantedContext): Promise<Uint8Array> {
    try {
      const call = decodeCall(frame);
      const side = this.#open.get(call.binding)?.side;
      if (side !== undefined) this.#onCall(context.tenant, call.binding);
      if (side?.call === undefined) throw plinthError("PLINTH_BINDING_UNKNOWN", [call.binding, call.method]);
      return encodeReply(await side.call(call, context.grants[call.binding], context));
    } catch (error) {
      // Nobody waits for this call any more, so its failure is no fault.
      if (!(error instanceof PlinthError) && !context.signal.aborted) this.#onFault(error, context);
      return encodeError(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ side }) => side[Symbol.asyncDispose]()));
  }
}
