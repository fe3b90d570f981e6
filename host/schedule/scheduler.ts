/**
 * Runs the tenants' scheduled handlers at the times that the crons of the active versions name (UTC).
 *
 * Each time of a cron leads to one run, or the scheduler states it as missed: in the tenant's log, and in the count that
 * the admin API shows. A time is missed when the host was not running, when the host was too late, or when the last run
 * of the same cron had not ended. The scheduler catches up on nothing: only the program can decide what to do three hours
 * late, and it can look at `scheduledTime`.
 */
import type { TenantName } from "../store/names.ts";
import type { Change, Store } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import type { CronRecord, CronTable } from "./cron-table.ts";
import { MOST_COUNTED, Occurrences } from "./occurrences.ts";

export interface SchedulerOptions {
  readonly store: Pick<Store, "routes" | "findTenant" | "getVersion" | "onChange">;
  readonly table: CronTable;
  readonly clock: Clock;
  /** Makes a run. @returns how it ended: "ok", or a value of `CronRecord.lastOutcome`; never rejected */
  run(tenant: TenantName, cron: string, time: number): Promise<string>;
  /** Writes to the tenant's log. */
  note(tenant: TenantName, level: "warn" | "error", message: string): void;
  /** Receives the errors of writes to the table, such as on a full disk. The runs go on without the table. */
  onFault(error: unknown): void;
}

export interface CronView extends Omit<CronRecord, "tenant" | "accountedTo"> {
  /** The time of the next run, ms since the epoch; null if there is none. */
  readonly nextRun: number | null;
}

interface Entry {
  readonly tenant: TenantName;
  readonly cron: string;
  readonly occurrences: Occurrences;
  accountedTo: number;
  next: number | null;
  running: boolean;
}

/** Latest start of a run after its time, ms. A later run does not begin. */
const LATEST_START_MS = 10_000;
/** Longest sleep, ms, because the wall clock may be set meanwhile. */
const LONGEST_SLEEP_MS = 60_000;

export class Scheduler implements Disposable {
  readonly #options: SchedulerOptions;
  readonly #entries = new Map<TenantName, Map<string, Entry>>();
  readonly #unsubscribe: () => void;
  #cancelTimer: () => void = () => {};
  #stopped = false;
  #closed = false;

  /** Takes up the crons of all active versions, and states the runs that were missed since the last host ended. */
  constructor(options: SchedulerOptions) {
    this.#options = options;
    const { table, store } = options;
    const tenants = store.routes().map(({ tenant }) => tenant);
    for (const tenant of tenants) this.#renew(tenant);
    table.together(() => {
      for (const { tenant, cron, lastOutcome } of table.all()) {
        if (lastOutcome === "running") table.end(tenant, cron, "interrupted", null);
        if (store.findTenant(tenant as TenantName) === undefined) table.remove(tenant, cron);
      }
      for (const tenant of tenants) this.#renewRecords(tenant, true);
    });
    this.#unsubscribe = store.onChange((change) => this.#onChange(change));
    this.#sleep();
  }

  /** The tenant's crons, in the order of its manifest. */
  crons(tenant: TenantName): CronView[] {
    return [...(this.#entries.get(tenant)?.values() ?? [])].map(({ cron, next }) => {
      // A cron has no record while the table cannot be written.
      const record = this.#options.table.get(tenant, cron);
      const { lastRun = null, lastOutcome = null, lastMs = null, missed = 0 } = record ?? {};
      return { cron, lastRun, lastOutcome, lastMs, missed, nextRun: next };
    });
  }

  /** Begins no more runs. The table still records how the runs under way end. */
  stop(): void {
    this.#stopped = true;
    this.#unsubscribe();
    this.#cancelTimer();
  }

  [Symbol.dispose](): void {
    this.stop();
    this.#closed = true;
    this.#options.table[Symbol.dispose]();
  }

  #onChange({ tenant, kind }: Change): void {
    if (kind !== "version-activated" && kind !== "tenant-deleted") return;
    this.#guard(() => this.#renew(tenant));
    this.#write(() => this.#renewRecords(tenant));
    this.#sleep();
  }

  /** Brings a tenant's entries in line with its active version. It needs no table, which may be one that cannot be used. */
  #renew(tenant: TenantName): void {
    const present = this.#entries.get(tenant);
    const kept = new Map<string, Entry>();
    for (const cron of this.#cronsOf(tenant)) kept.set(cron, present?.get(cron) ?? this.#entryOf(tenant, cron));
    if (kept.size > 0) this.#entries.set(tenant, kept);
    else this.#entries.delete(tenant);
  }

  /**
   * Brings a tenant's records in line with its entries. At the start, the times since an earlier host's records are
   * missed.
   */
  #renewRecords(tenant: TenantName, isStart = false): void {
    const { table } = this.#options;
    const entries = this.#entries.get(tenant) ?? new Map<string, Entry>();
    const before = new Map(table.of(tenant).map((record) => [record.cron, record.accountedTo]));
    for (const cron of before.keys()) if (!entries.has(cron)) table.remove(tenant, cron);
    for (const entry of entries.values()) {
      const { cron, occurrences, accountedTo } = entry;
      const since = (isStart ? before.get(cron) : undefined) ?? accountedTo;
      const { count } = occurrences.within(since, accountedTo);
      table.account(tenant, cron, accountedTo, count);
      if (count > 0)
        this.#stateMissed(entry, count, `between ${iso(since)} and ${iso(accountedTo)}: the host was not running`);
    }
  }

  #cronsOf(tenant: TenantName): readonly string[] {
    const { store } = this.#options;
    const active = store.findTenant(tenant)?.activeVersion ?? null;
    return active === null ? [] : ((store.getVersion(tenant, active).config.crons ?? []) as string[]);
  }

  #entryOf(tenant: TenantName, cron: string): Entry {
    const now = this.#options.clock.now();
    const occurrences = new Occurrences(cron);
    return { tenant, cron, occurrences, accountedTo: now, next: occurrences.after(now), running: false };
  }

  #sleep(): void {
    if (this.#stopped) return;
    this.#cancelTimer();
    const { clock } = this.#options;
    let next = Number.POSITIVE_INFINITY;
    for (const entry of this.#all()) next = Math.min(next, entry.next ?? next);
    if (next === Number.POSITIVE_INFINITY) return;
    const ms = Math.min(Math.max(0, next - clock.now()), LONGEST_SLEEP_MS);
    this.#cancelTimer = clock.after(ms, () => this.#wake());
  }

  #wake(): void {
    const now = this.#options.clock.now();
    const due: { entry: Entry; time: number }[] = [];
    const writes: (() => void)[] = [];
    for (const entry of this.#all()) {
      if (entry.next === null || entry.next > now) continue;
      const time = this.#dueTime(entry, now, writes);
      if (time !== null) due.push({ entry, time });
    }
    this.#write(() => {
      for (const write of writes) write();
    });
    for (const { entry, time } of due) void this.#run(entry, time);
    this.#sleep();
  }

  #write(work: () => void): void {
    this.#guard(() => this.#options.table.together(work));
  }

  /** Timers and the store call this method. No caller can catch an error, so it is reported. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  /**
   * Accounts for the times up to now.
   * @param writes receives the writes to the table
   * @returns the time to run for, if any
   */
  #dueTime(entry: Entry, now: number, writes: (() => void)[]): number | null {
    const { tenant, cron, occurrences, accountedTo } = entry;
    const { table } = this.#options;
    const { count, last } = occurrences.within(accountedTo, now);
    entry.accountedTo = now;
    entry.next = occurrences.after(now);
    const inTime = last !== null && now - last <= LATEST_START_MS && count < MOST_COUNTED;
    const runs = inTime && !entry.running;
    const missed = runs ? count - 1 : count;
    writes.push(() => table.account(tenant, cron, now, missed));
    if (inTime && entry.running) this.#stateMissed(entry, missed, `at ${iso(last)}: the last one has not ended`);
    else if (missed > 0) this.#stateMissed(entry, missed, `up to ${iso(now)}: the host was late`);
    if (!runs) return null;
    entry.running = true;
    writes.push(() => table.begin(tenant, cron, last));
    return last;
  }

  async #run(entry: Entry, time: number): Promise<void> {
    const { tenant, cron } = entry;
    const { clock, table, run, note } = this.#options;
    const begun = clock.now();
    const outcome = await run(tenant, cron, time);
    entry.running = false;
    if (this.#closed) return;
    this.#write(() => table.end(tenant, cron, outcome, clock.now() - begun));
    if (outcome !== "ok") note(tenant, "error", `the run of the cron "${cron}" for ${iso(time)} ended with ${outcome}`);
  }

  #stateMissed({ tenant, cron }: Entry, count: number, why: string): void {
    const times = count === 1 ? "a run" : `${count >= MOST_COUNTED ? `${count} or more` : count} runs`;
    this.#options.note(tenant, "warn", `${times} of the cron "${cron}" missed ${why}`);
  }

  *#all(): Generator<Entry> {
    for (const entries of this.#entries.values()) yield* entries.values();
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
