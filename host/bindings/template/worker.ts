import { plinthError } from "../../errors.ts";
import type { WorkerSide } from "../binding.ts";
import type { BindingCall, BindingReply } from "../message.ts";
import { argumentsOf } from "./arguments.ts";
import type { TemplateData, TemplateGrant } from "./binding.ts";

/** The side in a worker. It answers the calls that need no wait. */
export class TemplateWorkerSide implements WorkerSide<TemplateGrant> {
  readonly #textLimit: number;

  constructor({ textLimit }: TemplateData) {
    this.#textLimit = textLimit;
  }

  call({ method, arguments: named, body }: BindingCall, grant: TemplateGrant | undefined): BindingReply | null {
    // The main thread's side answers the other methods.
    if (method !== "find") return null;
    const { text } = argumentsOf("find", named);
    if (text.length > this.#textLimit) throw plinthError("PLINTH_BINDING_CALL", ["the text is too long"]);
    const found = (grant?.words ?? []).filter((word) => text.includes(word));
    return { value: { found, bytes: body.byteLength }, body };
  }
}
