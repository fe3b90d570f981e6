import { Counter, Gauge, type Registry } from "prom-client";
import type { TenantUsage } from "../observe/usage.ts";

export interface TenantFacts {
  /** The use of each tenant. The tenants with numbers of their own are bounded (usage.ts), and so are the series. */
  readonly usage: Iterable<[tenant: string, usage: TenantUsage]>;
  /** Bytes that a tenant's requests hold now. */
  heldBytes(tenant: string): number;
}

type Numbers = Iterable<readonly [labels: Readonly<Record<string, string>>, value: number]>;

/** Metrics with the label `tenant`. */
export function tenantMetrics(registry: Registry, { usage, heldBytes }: TenantFacts): void {
  const counter = (name: string, help: string, labels: readonly string[], read: (usage: TenantUsage) => Numbers) =>
    new Counter({
      name: `plinth_tenant_${name}`,
      help,
      labelNames: ["tenant", ...labels],
      registers: [registry],
      collect() {
        this.reset();
        for (const [tenant, numbers] of usage)
          for (const [own, value] of read(numbers)) if (value > 0) this.inc({ tenant, ...own }, value);
      },
    });
  const plain = (name: string, help: string, read: (usage: TenantUsage) => number) =>
    counter(name, help, [], (numbers) => [[{}, read(numbers)]]);

  counter("requests_total", "Requests by the class of their answer's status", ["status"], ({ answers }) =>
    answers.map((count, digit) => [{ status: `${digit}xx` }, count] as const),
  );
  counter("errors_total", "Requests that were refused or ended, by the error's code", ["code"], ({ errors }) =>
    named("code", errors),
  );
  counter("binding_calls_total", "Calls of bindings that the main thread has answered", ["binding"], ({ calls }) =>
    named("binding", calls),
  );
  plain("kv_reads_total", "Reads of KV by slim programs, answered in the worker", ({ kvReads }) => kvReads);
  plain("wall_seconds_total", "Time from arrival to the end of the answer, summed up", ({ wallMs }) => wallMs / 1000);
  plain("cpu_seconds_total", "CPU time of requests", ({ cpuMs }) => cpuMs / 1000);
  plain("steps_total", "Steps of requests to slim programs", ({ steps }) => steps);
  plain("queue_seconds_total", "Time that steps have waited for a worker", ({ waitMs }) => waitMs / 1000);
  plain("switch_seconds_total", "Time of the switches of memory", ({ switchMs }) => switchMs / 1000);
  plain("cold_steps_total", "Steps in a worker where another program ran last", ({ coldSteps }) => coldSteps);
  new Gauge({
    name: "plinth_tenant_held_bytes",
    help: "Bytes that the tenant's requests hold: bodies, answers, and the memory of those that wait",
    labelNames: ["tenant"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [tenant] of usage) {
        const bytes = heldBytes(tenant);
        if (bytes > 0) this.set({ tenant }, bytes);
      }
    },
  });
}

function named(label: string, counts: ReadonlyMap<string, number>): Numbers {
  return [...counts].map(([name, value]) => [{ [label]: name }, value] as const);
}
