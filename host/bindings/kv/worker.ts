import type { WorkerSide } from "../binding.ts";
import type { BindingCall, BindingReply } from "../message.ts";
import type { KvGrants } from "./grant.ts";
import { KvReader } from "./reader.ts";
import { answerRead } from "./reads.ts";

/** KV's side in a worker: reads, on the worker's own connection. Writes are passed on. */
export class KvWorkerSide implements WorkerSide<KvGrants> {
  readonly #reader: KvReader | null;

  /** @param file `KvService.file`; null if KV is out of service: the main thread says so */
  constructor(file: string | null) {
    this.#reader = file === null ? null : new KvReader(file);
  }

  call(call: BindingCall, grants: KvGrants | undefined): BindingReply | null {
    return this.#reader === null ? null : answerRead(this.#reader, call, grants);
  }
}
