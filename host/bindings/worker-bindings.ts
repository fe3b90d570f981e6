/** The worker sides of all bindings, and what a step's tenant may use of them. */
import { LRUCache } from "lru-cache";
import { PlinthError, plinthError } from "../errors.ts";
import { type Grants, noGrants, type WorkerBinding } from "./binding.ts";
import { KvWorkerBinding } from "./kv/worker.ts";
import { decodeCall, encodeError, encodeReply } from "./message.ts";

/** What a worker is given to open its sides with: plain data. */
export interface WorkerBindingsData {
  /** `KvService.file`; without it there is no KV. */
  readonly kvFile?: string;
}

/** A tenant's grants as a worker keeps them. */
export interface OpenGrants {
  readonly grants: Grants;
  /** What the guest is told at the start of a request, a reply's frame with `{vars, kv: [names]}`; null where that is nothing. */
  readonly environment: Uint8Array | null;
}

export const openNothing: OpenGrants = { grants: noGrants, environment: null };

export function openGrants(grants: Grants): OpenGrants {
  const kv = Object.keys(grants.kv);
  const empty = kv.length === 0 && Object.keys(grants.vars).length === 0;
  return { grants, environment: empty ? null : encodeReply({ value: { vars: grants.vars, kv } }) };
}

/** Grants kept parsed per worker. */
const OPEN_ENTRIES = 2_000;

export class WorkerBindings {
  readonly #sides: ReadonlyMap<string, WorkerBinding>;
  readonly #opened = new LRUCache<string, OpenGrants>({ max: OPEN_ENTRIES });

  constructor(sides: Iterable<[name: string, side: WorkerBinding]>) {
    this.#sides = new Map(sides);
  }

  /** @param json `Grants`; null for none */
  open(json: string | null): OpenGrants {
    if (json === null) return openNothing;
    let open = this.#opened.get(json);
    if (open === undefined) {
      open = openGrants(JSON.parse(json) as Grants);
      this.#opened.set(json, open);
    }
    return open;
  }

  /** @returns the reply's frame, errors included, or null where the main thread has to answer */
  answer(frame: Uint8Array, grants: Grants): Uint8Array | null {
    try {
      const call = decodeCall(frame);
      const reply = this.#sides.get(call.binding)?.call(call, grants) ?? null;
      return reply === null ? null : encodeReply(reply);
    } catch (error) {
      // What a side did not expect: the main thread's side is asked in its place, and tells the host's log if it fails, too.
      return error instanceof PlinthError ? encodeError(error) : null;
    }
  }
}

/** For the deploy: top-level code has no request, and what it read would be in its image for good. */
class NoBindings extends WorkerBindings {
  override answer(): Uint8Array {
    return encodeError(plinthError("PLINTH_BINDING_TOO_EARLY"));
  }
}

export const noBindings: WorkerBindings = new NoBindings([]);

export function openWorkerBindings({ kvFile }: WorkerBindingsData): WorkerBindings {
  return new WorkerBindings(kvFile === undefined ? [] : [["kv", new KvWorkerBinding(kvFile)]]);
}
