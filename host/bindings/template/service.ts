import { setTimeout as sleep } from "node:timers/promises";
import { plinthError } from "../../errors.ts";
import type { CallContext, HostBinding } from "../binding.ts";
import type { BindingCall, BindingReply } from "../message.ts";
import { argumentsOf } from "./arguments.ts";

/** The side in the main thread: it may take its time, for the request holds no worker meanwhile. */
export class TemplateService implements HostBinding {
  /** Calls under way. */
  underWay = 0;

  async call({ method, arguments: named }: BindingCall, context: CallContext): Promise<BindingReply> {
    if (method !== "wait") throw plinthError("PLINTH_BINDING_UNKNOWN", ["template", method]);
    const { ms } = argumentsOf("wait", named);
    this.underWay++;
    try {
      // The signal says that nobody waits any more: the request has ended, or its program has given the call up.
      await sleep(ms, undefined, { signal: context.signal });
    } finally {
      this.underWay--;
    }
    return { value: { tenant: context.tenant, waited: ms } };
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
