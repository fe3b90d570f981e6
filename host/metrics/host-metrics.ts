import { monitorEventLoopDelay } from "node:perf_hooks";
import { Counter, Gauge, type Registry } from "prom-client";
import type { EngineState } from "../engine/engine.ts";

export interface HostFacts {
  readonly version: string;
  readonly engine: { readonly state: EngineState };
  /** Processes that run tenants, besides the host's own process. */
  readonly groups: { readonly states: Iterable<{ readonly name: string; readonly restarts: number }> };
  /** Requests that were admitted and have not ended. */
  inFlight(): number;
  /** Bytes that all tenants' requests hold. */
  heldTotal(): number;
  /** Connections of visitors. */
  connections(): Promise<number>;
  /** The settings that bound the numbers above. */
  readonly limits: Readonly<Record<"workers" | "queue" | "heldBytes" | "connections", number>>;
}

/** Resolution of the event loop's delay, ms. */
const RESOLUTION_MS = 20;
const NS_PER_S = 1e9;

/** Metrics of the host itself. */
export class HostMetrics implements Disposable {
  readonly #registry: Registry;
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor(registry: Registry, facts: HostFacts) {
    this.#registry = registry;
    this.#delay.enable();
    const { engine, limits, version } = facts;
    this.#gauge("info", "The host's version", ["version"], (set) => set(1, { version }));
    this.#gauge("requests_in_flight", "Requests that were admitted and have not ended", [], (set) =>
      set(facts.inFlight()),
    );
    this.#gauge("held_bytes", "Bytes that all tenants' requests hold", [], (set) => set(facts.heldTotal()));
    this.#gauge("connections", "Connections of visitors", [], async (set) => set(await facts.connections()));
    this.#gauge("limit", "The settings that bound the host, by what they bound", ["of"], (set) => {
      for (const [of, value] of Object.entries(limits)) if (Number.isFinite(value)) set(value, { of });
    });
    this.#gauge("threads", "Worker threads by pool and state", ["pool", "state"], (set) => {
      for (const [pool, { busy, slow, idle }] of Object.entries(engine.state))
        for (const [state, value] of Object.entries({ busy, slow, idle })) set(value, { pool, state });
    });
    this.#gauge("queue_length", "Steps or requests that wait for a worker", ["pool"], (set) => {
      for (const [pool, { waiting }] of Object.entries(engine.state)) set(waiting, { pool });
    });
    this.#counter("threads_lost_total", "Worker threads that were replaced", ["pool"], (add) => {
      for (const [pool, { lost }] of Object.entries(engine.state)) add(lost, { pool });
    });
    this.#counter(
      "group_restarts_total",
      "Starts of a group's process after it has ended by itself",
      ["group"],
      (add) => {
        for (const { name, restarts } of facts.groups.states) add(restarts, { group: name });
      },
    );
    this.#gauge("event_loop_delay_seconds", "Delay of the main thread since the last scrape", ["quantile"], (set) => {
      for (const quantile of [50, 99, 100]) {
        const ns = this.#delay.percentile(quantile) - RESOLUTION_MS * 1e6;
        set(Math.max(0, ns) / NS_PER_S, { quantile: String(quantile / 100) });
      }
      this.#delay.reset();
    });
    this.#gauge("memory_bytes", "Memory of the process", ["kind"], (set) => {
      const { rss, heapUsed, external } = process.memoryUsage();
      for (const [kind, value] of Object.entries({ rss, heapUsed, external })) set(value, { kind });
    });
    this.#counter("cpu_seconds_total", "CPU time of the process", ["mode"], (add) => {
      const { user, system } = process.cpuUsage();
      for (const [mode, us] of Object.entries({ user, system })) add(us / 1e6, { mode });
    });
  }

  [Symbol.dispose](): void {
    this.#delay.disable();
  }

  #gauge(name: string, help: string, labelNames: string[], read: (set: Put) => unknown): void {
    new Gauge({
      name: `plinth_${name}`,
      help,
      labelNames,
      registers: [this.#registry],
      async collect() {
        this.reset();
        await read((value, labels = {}) => this.set(labels, value));
      },
    });
  }

  #counter(name: string, help: string, labelNames: string[], read: (add: Put) => void): void {
    new Counter({
      name: `plinth_${name}`,
      help,
      labelNames,
      registers: [this.#registry],
      collect() {
        this.reset();
        read((value, labels = {}) => this.inc(labels, value));
      },
    });
  }
}

type Put = (value: number, labels?: Readonly<Record<string, string>>) => void;
