import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openEmbeddedStore } from "../store/embedded.ts";
import type { Store, TenantName } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import { CronTable } from "./cron-table.ts";
import { Scheduler } from "./scheduler.ts";

const shop = "shop" as TenantName;
const noon = Date.parse("2026-03-01T12:00:00.000Z");
const minute = 60_000;

/** A clock that stands still until it is moved. */
class HandClock implements Clock {
  #now = noon;
  #due: { at: number; callback: () => void } | undefined;

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const due = { at: this.#now + ms, callback };
    this.#due = due;
    return () => {
      if (this.#due === due) this.#due = undefined;
    };
  }

  /** Moves on and calls back on the way, as on a host that is awake. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    while (this.#due !== undefined && this.#due.at <= end) {
      this.#now = Math.max(this.#now, this.#due.at);
      this.#ring();
      await setImmediate();
    }
    this.#now = end;
  }

  /** Moves on at once and calls back at the end, as on a host that was held up. */
  async jump(ms: number): Promise<void> {
    this.#now += ms;
    if (this.#due !== undefined && this.#due.at <= this.#now) this.#ring();
    await setImmediate();
  }

  #ring(): void {
    const { callback } = this.#due!;
    this.#due = undefined;
    callback();
  }
}

let folder: string;
let store: Store;
let clock: HandClock;
let runs: string[];
let notes: string[];
let faults: unknown[];
/** The outcome of runs. A test may set a promise that it fulfils later. */
let outcome: string | Promise<string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-crons-"));
  store = await openEmbeddedStore(folder);
  clock = new HandClock();
  [runs, notes, faults, outcome] = [[], [], [], "ok"];
  await store.createTenant(shop);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

function startScheduler(): Scheduler {
  return new Scheduler({
    store,
    table: new CronTable(folder),
    clock,
    run: async (tenant, cron, time) => {
      runs.push(`${tenant} ${cron} ${new Date(time).toISOString().slice(11, 19)}`);
      return outcome;
    },
    note: (_tenant, _level, message) => notes.push(message),
    onFault: (error) => faults.push(error),
  });
}

async function deploy(...crons: string[]): Promise<void> {
  const component = await store.putBlob(Buffer.from(JSON.stringify(crons)));
  const version = { kind: "static", runtime: null, runtimeIntegrity: null, component, uploadBytes: 1 } as const;
  await store.addVersion(shop, { ...version, artifacts: {}, meta: {}, config: { crons } }, { activate: true });
}

describe("runs", () => {
  test("come at their times, in UTC, for as long as the version is active", async () => {
    using scheduler = startScheduler();
    await clock.pass(minute);
    await deploy("*/20 * * * *", "30 12 * * *");
    await clock.pass(60 * minute);
    const expected = [
      "shop */20 * * * * 12:20:00",
      "shop 30 12 * * * 12:30:00",
      "shop */20 * * * * 12:40:00",
      "shop */20 * * * * 13:00:00",
    ];
    expect(runs).toEqual(expected);
    expect(scheduler.crons(shop)).toEqual([
      {
        cron: "*/20 * * * *",
        nextRun: noon + 80 * minute,
        lastRun: noon + 60 * minute,
        lastOutcome: "ok",
        lastMs: 0,
        missed: 0,
      },
      {
        cron: "30 12 * * *",
        nextRun: noon + (30 + 24 * 60) * minute,
        lastRun: noon + 30 * minute,
        lastOutcome: "ok",
        lastMs: 0,
        missed: 0,
      },
    ]);
    await deploy("15 * * * *");
    await clock.pass(30 * minute);
    expect(runs.slice(expected.length)).toEqual(["shop 15 * * * * 13:15:00"]);
    expect(scheduler.crons(shop).map(({ cron }) => cron)).toEqual(["15 * * * *"]);
    await store.deleteTenant(shop);
    await clock.pass(120 * minute);
    expect(runs.length).toBe(expected.length + 1);
    expect(notes).toEqual([]);
  });

  test("of all tenants that fall on one time all come", async () => {
    using _ = startScheduler();
    await deploy("0 13 * * *", "*/30 * * * *");
    await clock.pass(60 * minute);
    expect(runs.toSorted()).toEqual([
      "shop */30 * * * * 12:30:00",
      "shop */30 * * * * 13:00:00",
      "shop 0 13 * * * 13:00:00",
    ]);
  });

  test("that fail are noted, and the next one comes all the same", async () => {
    using scheduler = startScheduler();
    await deploy("*/20 * * * *");
    outcome = "PLINTH_CPU_LIMIT";
    await clock.pass(25 * minute);
    expect(scheduler.crons(shop)).toMatchObject([{ lastOutcome: "PLINTH_CPU_LIMIT", missed: 0 }]);
    expect(notes).toEqual([
      'the run of the cron "*/20 * * * *" for 2026-03-01T12:20:00.000Z ended with PLINTH_CPU_LIMIT',
    ]);
    outcome = "ok";
    await clock.pass(20 * minute);
    expect(scheduler.crons(shop)).toMatchObject([{ lastOutcome: "ok" }]);
  });

  test("of one cron never overlap: the later one is missed", async () => {
    using scheduler = startScheduler();
    await deploy("*/20 * * * *");
    const { promise, resolve } = Promise.withResolvers<string>();
    outcome = promise;
    await clock.pass(50 * minute);
    expect(runs).toEqual(["shop */20 * * * * 12:20:00"]);
    expect(scheduler.crons(shop)).toMatchObject([{ lastOutcome: "running", missed: 1 }]);
    expect(notes).toEqual([
      'a run of the cron "*/20 * * * *" missed at 2026-03-01T12:40:00.000Z: the last one has not ended',
    ]);
    resolve("ok");
    await setImmediate();
    expect(scheduler.crons(shop)).toMatchObject([{ lastOutcome: "ok", lastMs: 30 * minute }]);
    await clock.pass(10 * minute);
    expect(runs.length).toBe(2);
  });
});

describe("missed runs are stated and not caught up on", () => {
  test("after a time in which the host was not running", async () => {
    {
      using _ = startScheduler();
      await deploy("*/20 * * * *", "0 0 1 1 *");
      await clock.pass(25 * minute);
    }
    await clock.jump(120 * minute);
    using scheduler = startScheduler();
    expect(runs).toEqual(["shop */20 * * * * 12:20:00"]);
    expect(scheduler.crons(shop)).toMatchObject([{ missed: 6, nextRun: noon + 160 * minute }, { missed: 0 }]);
    expect(notes).toEqual([
      '6 runs of the cron "*/20 * * * *" missed between 2026-03-01T12:20:00.000Z and 2026-03-01T14:25:00.000Z: ' +
        "the host was not running",
    ]);
    await clock.pass(20 * minute);
    expect(runs.at(-1)).toBe("shop */20 * * * * 14:40:00");
  });

  test("when the host was held up, all but one that is just due", async () => {
    using scheduler = startScheduler();
    await deploy("*/20 * * * *");
    await clock.jump(45 * minute);
    expect(runs).toEqual([]);
    expect(scheduler.crons(shop)).toMatchObject([{ missed: 2, lastRun: null }]);
    await clock.jump(35 * minute + 9_000);
    expect(runs).toEqual(["shop */20 * * * * 13:20:00"]);
    expect(scheduler.crons(shop)).toMatchObject([{ missed: 3, lastRun: noon + 80 * minute }]);
    expect(notes).toHaveLength(2);
  });

  test("a run that the host's end has cut off is told from one that has ended", async () => {
    outcome = new Promise(() => {});
    {
      using _ = startScheduler();
      await deploy("*/20 * * * *");
      await clock.pass(20 * minute);
    }
    using scheduler = startScheduler();
    expect(scheduler.crons(shop)).toMatchObject([{ lastOutcome: "interrupted", lastRun: noon + 20 * minute }]);
  });

  test("a month's missed minutes are counted up to a hundred", async () => {
    {
      using _ = startScheduler();
      await deploy("* * * * *");
    }
    await clock.jump(30 * 24 * 60 * minute);
    using scheduler = startScheduler();
    expect(scheduler.crons(shop)).toMatchObject([{ missed: 100 }]);
    expect(notes[0]).toMatch(/^100 or more runs/);
  });
});

test("a table that cannot be written costs the records, and neither the runs nor the host", async () => {
  using scheduler = startScheduler();
  await deploy("* * * * *");
  const other = new DatabaseSync(join(folder, "crons.sqlite"));
  other.exec("BEGIN IMMEDIATE");
  await clock.pass(2 * minute);
  expect(runs).toHaveLength(2);
  // Each run has a fault at its beginning and one at its end.
  expect(faults).toHaveLength(4);
  other.exec("COMMIT");
  other.close();
  await clock.pass(minute);
  expect(runs).toHaveLength(3);
  expect(scheduler.crons(shop)).toMatchObject([{ lastRun: noon + 3 * minute, lastOutcome: "ok" }]);
});

test("a version that is activated while the table cannot be written has its own crons and no earlier ones", async () => {
  using scheduler = startScheduler();
  await deploy("*/20 * * * *");
  const other = new DatabaseSync(join(folder, "crons.sqlite"));
  other.exec("BEGIN IMMEDIATE");
  await deploy("30 * * * *");
  expect(scheduler.crons(shop)).toMatchObject([{ cron: "30 * * * *", nextRun: noon + 30 * minute, lastRun: null }]);
  await clock.pass(45 * minute);
  expect(runs).toEqual(["shop 30 * * * * 12:30:00"]);
  other.exec("COMMIT");
  other.close();
  await clock.pass(60 * minute);
  expect(scheduler.crons(shop)).toMatchObject([{ cron: "30 * * * *", lastRun: noon + 90 * minute, lastOutcome: "ok" }]);
  expect(notes).toEqual([]);
});
