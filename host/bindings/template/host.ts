import { setTimeout as sleep } from "node:timers/promises";
import { plinthError } from "../../errors.ts";
import type { CallContext, Granting, HostServices, HostSide } from "../binding.ts";
import type { BindingCall, BindingReply } from "../message.ts";
import { argumentsOf } from "./arguments.ts";
import type { TemplateConfig, TemplateData, TemplateGrant } from "./binding.ts";

/** The side in the main thread: it may take its time, for the request holds no worker meanwhile. */
export class TemplateSide implements HostSide<TemplateConfig, TemplateGrant> {
  readonly workerData: TemplateData = { textLimit: 1_000 };
  readonly #waitMs: number;
  /** Calls under way. */
  underWay = 0;

  constructor({ config }: Pick<HostServices, "config">) {
    this.#waitMs = config.wallMs;
  }

  grant({ config }: Granting<TemplateConfig>): TemplateGrant | undefined {
    return config && { words: config.words, waitMs: this.#waitMs };
  }

  async call(
    { method, arguments: named }: BindingCall,
    grant: TemplateGrant | undefined,
    { tenant, signal }: CallContext,
  ): Promise<BindingReply> {
    if (method !== "wait") throw plinthError("PLINTH_BINDING_UNKNOWN", ["template", method]);
    const { ms } = argumentsOf("wait", named);
    if (ms > (grant?.waitMs ?? 0)) throw plinthError("PLINTH_BINDING_CALL", ["it may not wait so long"]);
    this.underWay++;
    try {
      // The signal says that nobody waits any more: the request has ended, or its program has given the call up.
      await sleep(ms, undefined, { signal });
    } finally {
      this.underWay--;
    }
    return { value: { tenant, waited: ms } };
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
