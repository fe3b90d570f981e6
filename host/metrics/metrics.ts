/** The host's metrics in Prometheus's text format. A request for them reads counts that exist anyway. */
import { Registry } from "prom-client";
import { type HostFacts, HostMetrics } from "./host-metrics.ts";
import { Latency } from "./latency.ts";
import { type TenantFacts, tenantMetrics } from "./tenant-metrics.ts";

export type UsageFacts = TenantFacts & HostFacts;

export class Metrics implements Disposable {
  readonly #registry = new Registry();
  readonly #host: HostMetrics;
  /** Is told how long each request took. */
  readonly latency: Latency;

  constructor(facts: UsageFacts) {
    tenantMetrics(this.#registry, facts);
    this.#host = new HostMetrics(this.#registry, facts);
    this.latency = new Latency(this.#registry);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  [Symbol.dispose](): void {
    this.#host[Symbol.dispose]();
    this.#registry.clear();
  }
}
