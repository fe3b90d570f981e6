import type { WorkerSide } from "../binding.ts";
import type { BindingCall, BindingReply } from "../message.ts";
import type { KvGrants } from "./grant.ts";
import { KvReader } from "./reader.ts";
import { answerRead } from "./reads.ts";

/** KV's side in a worker: reads, on the worker's own connection. Writes are passed on. */
export class KvWorkerSide implements WorkerSide<KvGrants> {
  readonly #reader: KvReader;

  /** @param file `KvService.file` */
  constructor(file: string) {
    this.#reader = new KvReader(file);
  }

  call(call: BindingCall, grants: KvGrants | undefined): BindingReply | null {
    return answerRead(this.#reader, call, grants);
  }
}
