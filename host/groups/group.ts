/** A group: a process that is started again when it has ended. */
import type { Logger } from "pino";
import type { PrepareResult } from "../deploy/prepared.ts";
import type { EngineState } from "../engine/engine.ts";
import { plinthError } from "../errors.ts";
import type { Dispatched } from "../pool/dispatched.ts";
import type { PoolState } from "../pool/pool-state.ts";
import type { Run } from "../pool/programs.ts";
import type { TenantFunctionsRef } from "../protocol/artifact.ts";
import type { SlotProgram } from "../protocol/slot-step.ts";
import { type GroupEnd, GroupProcess } from "./group-process.ts";
import type { GroupStart } from "./group-start.ts";
import type { GroupCalls } from "./heard-messages.ts";

/** The facts of a group that the admin API gives. */
export interface GroupState {
  readonly name: string;
  readonly state: "running" | "starting";
  /** How often the process has ended by itself, and was started again. */
  readonly restarts: number;
  /** Time that the last start took, ms; null before the first one is done. */
  readonly lastStartMs: number | null;
}

export type Report = Parameters<GroupCalls["onReport"]>[0];

export interface GroupOptions {
  readonly name: string;
  readonly start: GroupStart;
  /** The setting `groupCommand`. */
  readonly command: readonly string[];
  readonly calls: Omit<GroupCalls, "onReport"> & { onUsed(used: Report["used"]): void };
  readonly logger: Logger;
}

/** A process that ends sooner than this after its start counts as short-lived, ms. */
const SHORT_MS = 10_000;
/** Delay of the start after two short-lived processes, ms. It doubles with each further one. */
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 30_000;

const NO_POOL: PoolState = { busy: 0, slow: 0, idle: 0, waiting: 0, lost: 0 };
const NO_POOLS: EngineState = { slots: NO_POOL, statics: NO_POOL };

export class Group {
  readonly #options: GroupOptions;
  #process: GroupProcess | null = null;
  /** The process, once it serves. */
  #serving: GroupProcess | null = null;
  #warmUp: readonly SlotProgram[] = [];
  #restarts = 0;
  #lastStartMs: number | null = null;
  /** The state of the process's pools, at most 2 s old. */
  #pools: EngineState = NO_POOLS;
  /** Number of short-lived processes in a row. */
  #short = 0;
  #delay: NodeJS.Timeout | undefined;
  #isStopping = false;

  constructor(options: GroupOptions) {
    this.#options = options;
  }

  get state(): GroupState {
    return {
      name: this.#options.name,
      state: this.#serving === null ? "starting" : "running",
      restarts: this.#restarts,
      lastStartMs: this.#lastStartMs,
    };
  }

  get pools(): EngineState {
    return this.#pools;
  }

  /** @throws PlinthError PLINTH_GROUP_START with the process's last words, if it ends before it serves */
  async open(): Promise<void> {
    const started = this.#launch();
    const end = await Promise.race([started.ready.then(() => null), started.ended]);
    if (end === null) return;
    this.#isStopping = true;
    const words = end.said === "" ? `it ended with ${end.signal ?? end.code}` : end.said;
    throw plinthError("PLINTH_GROUP_START", [this.#options.name, words]);
  }

  /** @throws PlinthError PLINTH_GROUP_LOST while the process is being started */
  start(run: Run): Dispatched {
    return this.#running().start(run);
  }

  /** @throws PlinthError, PLINTH_GROUP_LOST among others */
  async prepare(component: Uint8Array, party: string): Promise<PrepareResult> {
    return this.#running().prepare(component, party);
  }

  /** Runs the programs in this process and in its successors. */
  async warm(programs: readonly SlotProgram[]): Promise<void> {
    this.#warmUp = programs;
    await this.#serving?.warm(programs);
  }

  /** Compiles in this process only. Its successor compiles the programs that are called. */
  async compile(tenant: string, functions: TenantFunctionsRef, ifFree: boolean): Promise<void> {
    await this.#serving?.compile(tenant, functions, ifFree).catch(() => {});
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#delay);
    this.#serving = null;
    await this.#process?.stop();
  }

  #running(): GroupProcess {
    if (this.#isStopping) throw plinthError("PLINTH_SHUTTING_DOWN");
    if (this.#serving === null || this.#serving.isBroken) throw plinthError("PLINTH_GROUP_LOST");
    return this.#serving;
  }

  #launch(): GroupProcess {
    const { name: group, logger, start, command, calls } = this.#options;
    const begin = performance.now();
    const started = new GroupProcess({ ...start, warmUp: this.#warmUp }, command, {
      ...calls,
      onReport: (report) => this.#hear(report),
    });
    this.#process = started;
    void started.ready.then(() => {
      this.#lastStartMs = Math.round(performance.now() - begin);
      this.#serving = started;
      logger.info({ group, groupPid: started.pid, ms: this.#lastStartMs }, "the process of a group serves");
    });
    void started.ended.then((end) => this.#restart(started, end, performance.now() - begin));
    return started;
  }

  #hear({ state, used }: Report): void {
    this.#pools = state;
    this.#options.calls.onUsed(used);
  }

  #restart({ pid }: GroupProcess, end: GroupEnd, lastedMs: number): void {
    this.#serving = null;
    this.#pools = NO_POOLS;
    if (this.#isStopping) return;
    this.#restarts++;
    this.#short = lastedMs < SHORT_MS ? this.#short + 1 : 0;
    const delayMs = this.#short < 2 ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (this.#short - 2), LONGEST_DELAY_MS);
    const { name: group, logger } = this.#options;
    const of = { event: "group-ended", group, groupPid: pid, ...end, restarts: this.#restarts, delayMs };
    logger.error(of, "the process of a group has ended and is started again");
    this.#delay = setTimeout(() => this.#launch(), delayMs);
  }
}
