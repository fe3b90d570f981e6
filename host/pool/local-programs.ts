/** Programs that run in the threads of this process. */
import type { CpuShares } from "../fairness/cpu-shares.ts";
import type { Dispatched } from "./dispatched.ts";
import type { Programs, Run } from "./programs.ts";
import { SlimRequest, type SlimRequestHost } from "./slim-request.ts";
import type { StaticPool } from "./static-pool.ts";

export class LocalPrograms implements Programs {
  readonly #slim: SlimRequestHost;
  readonly #statics: StaticPool;
  readonly #shares: CpuShares;

  /** @param shares the tenants' accounts of CPU time, which are told the weight of each tenant whose run begins */
  constructor(slim: SlimRequestHost, statics: StaticPool, shares: CpuShares) {
    this.#slim = slim;
    this.#statics = statics;
    this.#shares = shares;
  }

  start({ target, input, cgi, requestId, log, cpuWeight }: Run): Dispatched {
    this.#shares.weigh(target.tenant, cpuWeight);
    if (target.kind === "slim") return new SlimRequest(this.#slim, target, input, requestId, log);
    if (input.kind === "start") return this.#statics.dispatch(target, input.request, cgi!, requestId, log);
    if (target.kind === "wasi") throw new Error("a WASI command has no scheduled runs");
    return this.#statics.runScheduled(target, input, requestId, log);
  }
}
