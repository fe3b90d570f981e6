import type { HeaderField } from "../../../protocol/contract.ts";
import type { StaticHostCalls } from "../types.ts";
import { Fields } from "./fields.ts";
import { HeldBytes } from "./held-bytes.ts";

/** The number of bodies of the largest length that an instance may hold at once. */
const BODIES = 4;

/** The state that the messages of one instance share. */
export class HttpContext {
  readonly calls: StaticHostCalls;
  readonly held: HeldBytes;
  /** The class `fields` of this instance. */
  readonly Fields: new () => Fields;

  constructor(calls: StaticHostCalls) {
    this.calls = calls;
    const held = new HeldBytes(BODIES * calls.bodyBytes);
    this.held = held;
    this.Fields = class extends Fields {
      constructor() {
        super(held);
      }
    };
  }

  /** Fields of a message that the component receives. */
  received(entries: readonly HeaderField[]): Fields {
    return new this.Fields().viewOf(entries);
  }
}
