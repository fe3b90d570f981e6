import { Histogram, type Registry } from "prom-client";

/** Upper bounds of the buckets, seconds. */
const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** How long requests take, of all tenants together: buckets for each tenant would be a dozen series each. */
export class Latency {
  readonly #histogram: Histogram;

  constructor(registry: Registry) {
    this.#histogram = new Histogram({
      name: "plinth_request_duration_seconds",
      help: "Time from a request's arrival to the end of its answer, of all tenants",
      buckets: BUCKETS,
      registers: [registry],
    });
  }

  observe(ms: number): void {
    this.#histogram.observe(ms / 1000);
  }
}
