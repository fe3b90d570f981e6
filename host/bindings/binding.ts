/**
 * A binding is one object, which registry.ts lists, in a folder of its own. The folder `template/` is a start for a new
 * binding, and docs/contributing/add-a-binding.md explains its parts.
 *
 * The object is loaded in every thread, so it imports little. Each side loads the rest of its code when it is opened.
 */
import type { Logger } from "pino";
import type { Type } from "#typebox";
import type { Config } from "../config/config.ts";
import type { TenantLimits } from "../config/limits.ts";
import type { JsonValue, Sha256, Store, TenantName } from "../store/store.ts";
import type { BindingCall, BindingReply } from "./message.ts";
import type { FrameCalls } from "./wit-calls.ts";

/**
 * The grants of a tenant's version: each binding's grant under the binding's name, as plain JSON. A binding that the
 * version may not use is left out. Only the binding itself knows the form of its grant.
 */
export type Grants = Readonly<Record<string, unknown>>;

export const noGrants: Grants = {};

export interface Binding<
  Name extends string,
  Schema extends Type.TSchema,
  Grant,
  Host extends HostSide<unknown, Grant>,
> {
  /** The binding's name in a manifest, in `Grants` and in a guest's calls. Its folder has the same name. */
  readonly name: Name;
  /** The schema of the manifest's part under that name. It has a description, which editors show. */
  readonly schema: Schema;
  /** Finds mistakes in that part of a manifest that a schema cannot describe. The value can have any form. */
  mistakes?(config: unknown): Mistake[];
  /** The binding's part of a program's environment; without this it has none. */
  readonly environment?: Environment<Grant>;
  /** The grant of top-level code at a deploy; nothing if not given. The image keeps all that this code reads. */
  grantAtStart?(config: Type.Static<Schema>): Grant | undefined;
  /** Opens the side in a worker; a binding without one answers in the main thread alone. */
  worker?(data: Host["workerData"]): Promise<WorkerSide<Grant>>;
  /** Opens the side in the main thread, once, when the host starts. */
  host(services: HostServices): Promise<Host>;
  /** The interface by which static components call; without it they cannot. */
  readonly wit?: WitSide<Grant>;
}

/**
 * Any binding. A part of it that takes a grant is given what the same binding has made, and a side's data come from the
 * same binding's other side: that is why `unknown` may stand for each of them.
 */
export type AnyBinding = Binding<string, Type.TSchema, unknown, HostSide<unknown, unknown>>;

/** Has TypeScript find the types of a binding from its parts. */
export function defineBinding<
  const Name extends string,
  Schema extends Type.TSchema,
  Grant,
  Host extends HostSide<Type.Static<Schema>, Grant>,
>(binding: Binding<Name, Schema, Grant, Host>): Binding<Name, Schema, Grant, Host> {
  return binding;
}

/** The way to a value in a manifest. */
export type Path = readonly (string | number)[];

interface Mistake {
  /** The way from the binding's part of the manifest to the wrong value. */
  readonly path: Path;
  /** A sentence that says what is wrong and what is expected. */
  readonly text: string;
}

/** `env` of a program: names from all bindings side by side, so that no two may take the same. */
interface Environment<Grant> {
  /** The names that a part of a manifest takes, with the place of each. The value can have any form. */
  names(config: unknown): { readonly name: string; readonly path: Path }[];
  /** The value that each request gets under the binding's name. It is not asked for if no binding has one. */
  value(grant: Grant | undefined): JsonValue;
  /** The same for programs whose environment holds texts only: WASI commands and static components. */
  texts?(grant: Grant): Readonly<Record<string, string>>;
}

/** The side in a worker: synchronous, in the middle of a step. */
export interface WorkerSide<Grant> {
  /**
   * @param grant undefined if the version may not use the binding
   * @returns null if the main thread's side has to answer
   * @throws PlinthError for the guest
   */
  call(call: BindingCall, grant: Grant | undefined): BindingReply | null;
}

/** The request that calls. */
export interface CallContext {
  readonly tenant: string;
  readonly version: number;
  readonly requestId: string;
  /** The limits of the version, which its manifest may have lowered. */
  readonly limits: TenantLimits;
  /** Aborted when the request has ended for any reason, or the guest has given the call up. */
  readonly signal: AbortSignal;
  /** The same object for all calls of a request: for accounts by request (a WeakMap's key). */
  readonly request: object;
}

/** The parts of the host that a side in the main thread can use. */
export interface HostServices {
  readonly config: Config;
  readonly store: Store;
  readonly logger: Logger;
}

/** A version whose grant is asked for. */
export interface Granting<Config> {
  readonly tenant: TenantName;
  /** The binding's part of the manifest, which has been checked; undefined if there is none. */
  readonly config: Config | undefined;
  /** The products of the version's deploy, by name. */
  readonly artifacts: Readonly<Record<string, Sha256>>;
  /** The names of the environment that the version's manifest gives to other bindings. */
  readonly taken: ReadonlySet<string>;
}

/** The side in the main thread: it decides who may use what, and answers the calls that take their time. */
export interface HostSide<Config, Grant> extends AsyncDisposable {
  /** The data with which the side in each worker is opened. A thread can post it to another one. */
  readonly workerData?: unknown;
  /**
   * A version's grant, as plain JSON. It is asked for once and kept: `onChange` tells when to ask again.
   *
   * @returns undefined if the version may use nothing
   * @throws PlinthError for the visitor
   */
  grant(version: Granting<Config>): Grant | undefined;
  /**
   * Makes the things ready that a new version's manifest names, before the version goes live.
   *
   * @throws PlinthError refuses the version
   */
  provision?(tenant: TenantName, config: Config | undefined): Promise<void>;
  /** Removes what a crash has left behind. Called once, when the whole data folder has been checked. */
  sweep?(): Promise<void>;
  /** @param listener is called with each tenant to which `grant` may give something else than before */
  onChange?(listener: (tenant: TenantName) => void): void;
  /** Answers the calls that no worker has answered. @throws PlinthError for the guest */
  call?(call: BindingCall, grant: Grant | undefined, context: CallContext): Promise<BindingReply>;
}

/** A static component calls by an interface of a WIT file. Its functions make the same frames as other guests do. */
export interface WitSide<Grant> {
  /** The interface's name with its version: "plinth:kv/store@0.1.0". */
  readonly interface: string;
  /** The text of its WIT, if it is not among the host's own files (wit/). */
  readonly file?: URL;
  /** The functions that wait for the main thread, by their names in the WIT: the component's stack is suspended. */
  readonly suspending: readonly string[];
  /** The functions as jco's glue takes them: names in camelCase, errors as results. */
  imports(calls: FrameCalls, grant: Grant | undefined): object;
}
