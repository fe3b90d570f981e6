import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { MIB } from "../../config/limits.ts";
import { PlinthError, plinthError } from "../../errors.ts";
import { FairQueue } from "../../fairness/fair-queue.ts";
import { openForWriting } from "./database.ts";
import { PENDING_BYTES, PENDING_BYTES_PER_TENANT, PENDING_WRITES_PER_TENANT } from "./limits.ts";
import type { KvOperation, Outcome } from "./operations.ts";
import type { WriterData, WriterMessage, WriterReply } from "./writer-thread.ts";

/** Time between two looks for entries that have expired, ms. Nobody sees them meanwhile. */
const SWEEP_MS = 10_000;

/** A group ends with the operation that brings it over one of these, which bounds the wait of the others. */
const GROUP_OPERATIONS = 1_000;
const GROUP_BYTES = 4 * MIB;

export interface KvWriterOptions {
  /** Told of failures beside the writes, which have their own errors. */
  onFault(error: unknown): void;
  /** Told how often the file has changed, after each group that has changed something. */
  onChanges?(changes: number): void;
  /** Time between two searches for expired entries, ms. */
  readonly sweepMs?: number;
  /** Bytes of writes that wait for the disk in memory; `PENDING_BYTES` if not given. */
  readonly pendingBytes?: number;
}

interface Waiting {
  readonly tenant: string;
  readonly operation: KvOperation;
  readonly bytes: number;
  resolve(revision: number): void;
  reject(error: Error): void;
}

/**
 * The main thread's end of the writer. While a group is committed, the next operations are gathered into the next group,
 * tenants in turn. So the more there is to write, the more operations share one synchronisation of the disk.
 */
export class KvWriter implements AsyncDisposable {
  readonly #file: string;
  readonly #onFault: (error: unknown) => void;
  readonly #worker: Worker;
  readonly #exit: Promise<unknown>;
  readonly #queue = new FairQueue<Waiting>();
  readonly #pending = new Map<string, { writes: number; bytes: number }>();
  readonly #mostPendingBytes: number;
  #pendingBytes = 0;
  #group: Waiting[] = [];
  /** Why nothing is written any more. */
  #ended: Error | null = null;
  #drained: (() => void) | null = null;

  private constructor(file: string, worker: Worker, options: KvWriterOptions) {
    const { onFault, onChanges, pendingBytes = PENDING_BYTES } = options;
    this.#file = file;
    this.#onFault = onFault;
    this.#worker = worker;
    this.#mostPendingBytes = pendingBytes;
    // The function `once` of node:events would reject this at an error of the worker.
    this.#exit = new Promise((resolve) => worker.once("exit", resolve));
    worker.on("message", (reply: WriterReply) => {
      if ("fault" in reply) {
        onFault(reply.fault);
        return;
      }
      if (reply.changes !== null) onChanges?.(reply.changes);
      this.#settle(reply.outcomes);
    });
    worker.on("error", (error: Error) => {
      onFault(error);
      this.#fail(error);
    });
  }

  /** @throws PlinthError PLINTH_DATA_VERSION, PLINTH_DATABASE */
  static async open(file: string, options: KvWriterOptions): Promise<KvWriter> {
    // This thread opens the file first, because an error keeps its class here.
    openForWriting(file).close();
    const workerData: WriterData = { file, sweepMs: options.sweepMs ?? SWEEP_MS };
    const worker = new Worker(new URL("./writer-thread.ts", import.meta.url), { workerData });
    await once(worker, "message");
    return new KvWriter(file, worker, options);
  }

  /**
   * @param tenant the tenant that writes; its operations are done in their order
   * @param operation each value has a buffer of its own, which goes to the writer
   * @returns the outcome, when the operation is on the disk; see `Outcome`
   * @throws PlinthError PLINTH_KV_BUSY, PLINTH_KV_CONFLICT, PLINTH_KV_NAMESPACE_NOT_FOUND, PLINTH_KV_STORAGE_LIMIT,
   *   PLINTH_KV_UNAVAILABLE
   */
  async write(tenant: string, operation: KvOperation): Promise<number> {
    if (this.#ended !== null) throw this.#ended;
    const bytes = bytesOf(operation);
    const pending = this.#pending.get(tenant) ?? { writes: 0, bytes: 0 };
    const over =
      pending.writes >= PENDING_WRITES_PER_TENANT ||
      pending.bytes + bytes > PENDING_BYTES_PER_TENANT ||
      this.#pendingBytes + bytes > this.#mostPendingBytes;
    if (over && isWrite(operation)) throw plinthError("PLINTH_KV_BUSY");
    pending.writes++;
    pending.bytes += bytes;
    this.#pendingBytes += bytes;
    this.#pending.set(tenant, pending);
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#queue.push(tenant, { tenant, operation, bytes, resolve, reject });
    this.#send();
    return promise;
  }

  /** Ends the writer after all operations so far are written. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended ??= plinthError("PLINTH_SHUTTING_DOWN");
    if (this.#pending.size > 0) await new Promise<void>((resolve) => (this.#drained = resolve));
    this.#post(null);
    await this.#exit;
  }

  #send(): void {
    if (this.#group.length > 0) return;
    let bytes = 0;
    while (this.#group.length < GROUP_OPERATIONS && bytes < GROUP_BYTES) {
      const next = this.#queue.next();
      if (next === undefined) break;
      this.#group.push(next);
      bytes += next.bytes;
    }
    if (this.#group.length > 0) this.#post(this.#group.map(({ operation }) => operation));
  }

  #post(message: WriterMessage): void {
    const values = message?.flatMap((operation) => (operation.kind === "put" ? operation.values : [])) ?? [];
    this.#worker.postMessage(
      message,
      values.map(({ value }) => value.buffer),
    );
  }

  #settle(outcomes: readonly Outcome[]): void {
    const group = this.#group;
    this.#group = [];
    for (const [index, waiting] of group.entries()) {
      const outcome = outcomes[index]!;
      if ("revision" in outcome) waiting.resolve(outcome.revision);
      else waiting.reject("refused" in outcome ? errorOf(outcome.refused) : this.#failure(outcome.failed));
      this.#forget(waiting);
    }
    this.#send();
    if (this.#pending.size === 0) this.#drained?.();
  }

  /** SQLite's message is for the host's log, because it names the file. */
  #failure(cause: Error): PlinthError {
    const { message } = cause;
    this.#onFault(plinthError("PLINTH_DATABASE", [this.#file, message], { details: { file: this.#file }, cause }));
    return plinthError("PLINTH_KV_UNAVAILABLE", [], { cause });
  }

  #forget({ tenant, bytes }: Waiting): void {
    const pending = this.#pending.get(tenant)!;
    pending.writes--;
    pending.bytes -= bytes;
    this.#pendingBytes -= bytes;
    if (pending.writes === 0) this.#pending.delete(tenant);
  }

  #fail(error: Error): void {
    this.#ended = error;
    const lost = this.#group;
    for (let next = this.#queue.next(); next !== undefined; next = this.#queue.next()) lost.push(next);
    this.#group = [];
    for (const waiting of lost) {
      waiting.reject(error);
      this.#forget(waiting);
    }
    this.#drained?.();
  }
}

function errorOf({ code, message, details }: Extract<Outcome, { refused: unknown }>["refused"]): PlinthError {
  return new PlinthError(code, message, details);
}

function bytesOf(operation: KvOperation): number {
  if (operation.kind === "delete") return operation.keys.reduce((sum, { length }) => sum + length, 0);
  if (operation.kind !== "put") return 0;
  return operation.values.reduce(
    (sum, { key, value, metadata }) => sum + key.length + value.length + (metadata?.length ?? 0),
    0,
  );
}

/** Whether an operation may be refused. Changes of namespaces are small and must not be lost, so they are taken. */
function isWrite({ kind }: KvOperation): boolean {
  return kind === "put" || kind === "delete";
}
