/** The worker sides of all bindings, and what a step's tenant may use of them. */
import { LRUCache } from "lru-cache";
import { PlinthError, plinthError } from "../errors.ts";
import { Refusal } from "../natives/native.ts";
import { NATIVES, runNative } from "../natives/run.ts";
import { type AnyBinding, type Grants, noGrants, type WorkerSide } from "./binding.ts";
import { type BindingCall, decodeCall, encodeError, encodeRefusal, encodeReply } from "./message.ts";
import { OpenGrants } from "./open-grants.ts";
import { loadBindings } from "./registry.ts";
import { READ_AT_START, type StartRead, startReads } from "./start-reads.ts";
import type { FrameCalls } from "./wit-calls.ts";

/** The data that a worker opens its sides with. */
export interface WorkerBindingsData {
  /** Modules of the bindings that are not in the registry (`loadBindings`). */
  readonly modules: readonly string[];
  /** `HostSide.workerData` by the names of the bindings. */
  readonly data: Readonly<Record<string, unknown>>;
}

export const openNothing = new OpenGrants([], noGrants);

/** Parsed grants that a worker keeps. */
const OPEN_ENTRIES = 2_000;

export class WorkerBindings {
  readonly #bindings: readonly AnyBinding[];
  readonly #telling: readonly AnyBinding[];
  readonly #sides: ReadonlyMap<string, WorkerSide<unknown>>;
  /** Number of calls that this worker has answered itself: reads of KV. */
  answered = 0;
  readonly #opened = new LRUCache<string, OpenGrants>({ max: OPEN_ENTRIES });

  constructor(bindings: readonly AnyBinding[], sides: Iterable<readonly [name: string, side: WorkerSide<unknown>]>) {
    this.#bindings = bindings;
    this.#telling = bindings.filter(({ environment }) => environment !== undefined);
    this.#sides = new Map(sides);
  }

  static async open({ modules, data }: WorkerBindingsData): Promise<WorkerBindings> {
    const bindings = await loadBindings(modules);
    const sides = bindings
      .filter(({ worker }) => worker !== undefined)
      .map(async (binding) => [binding.name, await binding.worker!(data[binding.name])] as const);
    return new WorkerBindings(bindings, await Promise.all(sides));
  }

  /** @param json `Grants`; null for none */
  open(json: string | null): OpenGrants {
    if (json === null) return openNothing;
    let open = this.#opened.get(json);
    if (open === undefined) {
      open = this.openGrants(JSON.parse(json) as Grants);
      this.#opened.set(json, open);
    }
    return open;
  }

  openGrants(grants: Grants): OpenGrants {
    return new OpenGrants(this.#telling, grants);
  }

  /** @returns the reply's frame, errors included, or null if the main thread has to answer */
  answer(frame: Uint8Array, grants: Grants): Uint8Array | null {
    try {
      const call = decodeCall(frame);
      if (call.binding === NATIVES) return answerNative(call);
      return this.answerBinding(call, grants);
    } catch (error) {
      // If a side fails unexpectedly, the main thread's side is asked in its place. If that fails, too, the host's log is
      // told.
      return error instanceof PlinthError ? encodeError(error) : null;
    }
  }

  protected answerBinding(call: BindingCall, grants: Grants): Uint8Array | null {
    const reply = this.#sides.get(call.binding)?.call(call, grants[call.binding]) ?? null;
    if (reply === null) return null;
    this.answered++;
    return encodeReply(reply);
  }

  /**
   * The interfaces of bindings that a static component may import, by jco's names for them, which have no version.
   *
   * @param calls how the component's calls are answered
   */
  imports(calls: FrameCalls, grants: Grants): Readonly<Record<string, object>> {
    const imports = this.#bindings.flatMap(({ name, wit }) =>
      wit === undefined ? [] : [[wit.interface.replace(/@.*$/, ""), wit.imports(calls, grants[name])] as const],
    );
    return Object.fromEntries(imports);
  }
}

/** The bindings of a deploy. Top-level code has no request, and a value that it read would stay in its image for good. */
export class EarlyBindings extends WorkerBindings {
  readonly #all: readonly AnyBinding[];
  #reads: readonly StartRead[] = [];

  constructor(bindings: readonly AnyBinding[]) {
    super(bindings, []);
    this.#all = bindings;
  }

  /** @param configs the part of a manifest that a version takes along */
  openAtStart(configs: Readonly<Record<string, unknown>>): OpenGrants {
    const grants = this.#all.flatMap(({ name, grantAtStart }) => {
      const grant = configs[name] === undefined ? undefined : grantAtStart?.(configs[name]);
      return grant === undefined ? [] : [[name, grant] as const];
    });
    return this.openGrants(Object.fromEntries(grants));
  }

  /** The variables that the start-up has read since the last call, as its runtime tells. */
  takeReads(): readonly StartRead[] {
    const reads = this.#reads;
    this.#reads = [];
    return reads;
  }

  protected override answerBinding({ binding, method, arguments: named }: BindingCall): Uint8Array {
    if (binding === "vars" && method === READ_AT_START) {
      this.#reads = startReads(named);
      return encodeReply({ value: null });
    }
    throw plinthError("PLINTH_BINDING_TOO_EARLY");
  }
}

/** Natives need no grant and keep nothing, so top-level code may call them, too. */
function answerNative({ method, arguments: named, body }: BindingCall): Uint8Array {
  try {
    const { value = null, body: result } = runNative(method, named, body);
    return encodeReply(result === undefined ? { value } : { value, body: result });
  } catch (error) {
    if (error instanceof Refusal) return encodeRefusal(error);
    throw error;
  }
}
