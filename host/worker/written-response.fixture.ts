import { type BindingCall, encodeReply } from "../bindings/message.ts";
import type { TenantResponse } from "../protocol/contract.ts";
import type { TestEvent } from "./slot.fixture.ts";

/** The response that a program writes in pieces, for a client that takes them at once. */
export class WrittenResponse {
  #head: Omit<TenantResponse, "body"> | null = null;
  readonly #pieces: Uint8Array[] = [];
  #isEnded = false;

  /** The response, once it is complete. */
  get complete(): TenantResponse | null {
    return this.#head !== null && this.#isEnded ? { ...this.#head, body: Buffer.concat(this.#pieces) } : null;
  }

  /** Takes the program's calls out of those under way. @returns the ends of those that have one */
  take(calls: Map<number, BindingCall>): TestEvent[] {
    const ended: TestEvent[] = [];
    for (const [operation, call] of calls) {
      if (call.binding !== "response") continue;
      calls.delete(operation);
      this.#pieces.push(call.body.slice());
      if (call.method === "head") this.#head = headOf(call);
      if (call.method === "end") this.#isEnded = true;
      if (call.method === "drained") ended.push({ operation, value: encodeReply({ value: null }) });
    }
    return ended;
  }
}

function headOf({ arguments: { status, headers } }: BindingCall): Omit<TenantResponse, "body"> {
  const fields = headers as [string, string][];
  return { status: status as number, headers: fields.map(([name, value]) => [name, Buffer.from(value, "latin1")]) };
}
