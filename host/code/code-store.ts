/**
 * Keeps the machine code of large programs once in the process. V8 shares the code of a module among all threads while
 * one of them has the module. So the main thread keeps the modules and gives them to the workers: a request finds the code
 * of its program ready, and a worker that is ended takes none with it.
 *
 *                a deploy, a start
 *   not here ---------------------------> all functions compiled
 *      |  ^                                  ^       |
 *      |  '------- others need the room -----|-------'
 *      | a request                           | at once, while there is room
 *      v                                     |
 *   each function compiled at its first call-'
 */
import { stat } from "node:fs/promises";
import { MANY_FUNCTIONS } from "../component/write/serving-form.ts";
import type { TenantFunctionsRef } from "../protocol/artifact.ts";
import { LoneThread } from "../threads/lone-thread.ts";
import type { CompileTask } from "./compile-worker.ts";
import { KeptCode } from "./kept-code.ts";

/** Makes code ready ahead of requests. */
export interface CodeAhead {
  /**
   * Compiles all functions of a large program, unless they take more than one tenant's part of the memory.
   *
   * @param tenant the tenant whose part of the memory the code takes
   * @param ifFree whether other code stays: the program is compiled only if its code finds room beside it
   * @returns a promise that is never rejected: a program whose code cannot be made ready fails when it is called
   */
  ahead(tenant: string, functions: TenantFunctionsRef, ifFree?: boolean): Promise<void>;
}

export interface CodeStoreOptions {
  /** Bytes of modules and their code. */
  readonly limitBytes: number;
  /** Is told that a module has gone or was replaced. Threads should drop their parts of it. */
  onDrop(key: string): void;
  /** Receives failures. Requests are not told of them. */
  onFault(error: unknown): void;
}

/** Idle time after which the thread is ended, ms. */
const IDLE_MS = 10_000;

/** Bytes of memory for each byte of a module: the module itself and the code of all its functions. */
const AHEAD_FACTOR = 7;
/** The same if only called functions are compiled. A request of most programs calls a tenth of them. */
const BY_USE_FACTOR = 2;

export class CodeStore implements CodeAhead, AsyncDisposable {
  readonly #kept: KeptCode;
  readonly #thread: LoneThread<CompileTask, WebAssembly.Module | null>;
  readonly #onFault: (error: unknown) => void;
  /** Programs that requests wait for. */
  readonly #loading = new Map<string, Promise<void>>();
  #closed = false;

  constructor({ limitBytes, onDrop, onFault }: CodeStoreOptions) {
    this.#kept = new KeptCode(limitBytes, onDrop);
    this.#onFault = onFault;
    this.#thread = new LoneThread(new URL("./compile-worker.ts", import.meta.url), { idleMs: IDLE_MS, onFault });
  }

  /** The module of a program, if it is kept here. */
  of({ module }: TenantFunctionsRef): WebAssembly.Module | null {
    return this.#kept.get(module.key)?.module ?? null;
  }

  /**
   * The promise that a request has to wait for before its program can run.
   *
   * @returns null if there is nothing to wait for: the program is kept, or so small that workers compile it by themselves.
   *   The promise is never rejected: a program that cannot be loaded here fails in its worker, which says why
   */
  ready(tenant: string, functions: TenantFunctionsRef): Promise<void> | null {
    const { key } = functions.module;
    if (functions.count < MANY_FUNCTIONS || this.#kept.get(key) !== undefined) return null;
    let loading = this.#loading.get(key);
    if (loading === undefined) {
      loading = this.#compile(tenant, functions, false).finally(() => {
        this.#loading.delete(key);
        void this.ahead(tenant, functions, true);
      });
      this.#loading.set(key, loading);
    }
    return loading;
  }

  async ahead(tenant: string, functions: TenantFunctionsRef, ifFree = false): Promise<void> {
    if (functions.count < MANY_FUNCTIONS || this.#closed) return;
    if (this.#kept.get(functions.module.key)?.isAhead === true) return;
    const bytes = await sizeOf(functions, AHEAD_FACTOR);
    if (bytes > this.#kept.ownerBytes || (ifFree && bytes > this.#kept.freeBytes)) return;
    await this.#compile(tenant, functions, true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#thread.end();
  }

  async #compile(owner: string, functions: TenantFunctionsRef, isAhead: boolean): Promise<void> {
    try {
      const [module, bytes] = await Promise.all([
        this.#thread.call({ module: functions.module, ahead: isAhead }),
        sizeOf(functions, isAhead ? AHEAD_FACTOR : BY_USE_FACTOR),
      ]);
      // If the file is damaged, the worker finds that, too, and fails the request.
      if (module !== null) this.#kept.add(functions.module.key, { module, isAhead, bytes, owner });
    } catch (error) {
      if (!this.#closed) this.#onFault(error);
    }
  }
}

async function sizeOf({ module }: TenantFunctionsRef, factor: number): Promise<number> {
  const { size } = await stat(module.path).catch(() => ({ size: 0 }));
  return size * factor;
}
