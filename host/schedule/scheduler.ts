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
    table.together(() => {
      for (const { tenant, cron, lastOutcome } of table.all()) {
        if (lastOutcome === "running") table.end(tenant, cron, "interrupted", null);
        if (store.findTenant(tenant as TenantName) === undefined) table.remove(tenant, cron);
      }
      for (const { tenant } of store.routes()) this.#renew(tenant);
    });
    this.#unsubscribe = store.onChange((change) => this.#onChange(change));
    this.#sleep();
  }

  /** The tenant's crons, in the order of its manifest. */
  crons(tenant: TenantName): CronView[] {
    return [...(this.#entries.get(tenant)?.values() ?? [])].map(({ cron, next }) => {
      const { tenant: _, accountedTo: __, ...record } = this.#options.table.get(tenant, cron)!;
      return { ...record, nextRun: next };
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
    this.#write(() => this.#renew(tenant));
    this.#sleep();
  }

  /** Brings a tenant's entries in line with its active version. */
  #renew(tenant: TenantName): void {
    const { table } = this.#options;
    const wanted = this.#cronsOf(tenant);
    const present = this.#entries.get(tenant) ?? new Map<string, Entry>();
    const kept = new Map<string, Entry>();
    for (const cron of wanted) kept.set(cron, present.get(cron) ?? this.#take(tenant, cron));
    for (const { cron } of table.of(tenant)) if (!kept.has(cron)) table.remove(tenant, cron);
    if (kept.size > 0) this.#entries.set(tenant, kept);
    else this.#entries.delete(tenant);
  }

  #cronsOf(tenant: TenantName): readonly string[] {
    const { store } = this.#options;
    const active = store.findTenant(tenant)?.activeVersion ?? null;
    return active === null ? [] : ((store.getVersion(tenant, active).config.crons ?? []) as string[]);
  }

  /** Makes an entry for a cron that is new to this host. If an earlier host knew the cron, the missed times are stated. */
  #take(tenant: TenantName, cron: string): Entry {
    const { table, clock } = this.#options;
    const now = clock.now();
    const occurrences = new Occurrences(cron);
    const entry = { tenant, cron, occurrences, accountedTo: now, next: occurrences.after(now), running: false };
    const record = table.get(tenant, cron);
    if (record === undefined) {
      table.add(tenant, cron, now);
      return entry;
    }
    const { count } = occurrences.within(record.accountedTo, now);
    table.account(tenant, cron, now, count);
    if (count > 0)
      this.#stateMissed(entry, count, `between ${iso(record.accountedTo)} and ${iso(now)}: the host was not running`);
    return entry;
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

  /** Timers and the store call this method. No caller can catch an error, so it is reported. */
  #write(work: () => void): void {
    try {
      this.#options.table.together(work);
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
