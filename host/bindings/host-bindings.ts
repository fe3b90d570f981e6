/** The main thread's sides of all bindings. */
import { PlinthError, plinthError } from "../errors.ts";
import type { CallContext, HostBinding } from "./binding.ts";
import { decodeCall, encodeError, encodeReply } from "./message.ts";

export class HostBindings implements AsyncDisposable {
  readonly #sides: ReadonlyMap<string, HostBinding>;
  readonly #onFault: (error: unknown, context: CallContext) => void;

  /**
   * @param sides they are disposed of with this
   * @param onFault is told what a side did not expect; the guest gets PLINTH_INTERNAL
   */
  constructor(
    sides: Iterable<[name: string, side: HostBinding]>,
    onFault: (error: unknown, context: CallContext) => void,
  ) {
    this.#sides = new Map(sides);
    this.#onFault = onFault;
  }

  /** Answers a guest's call. @returns the reply's frame, errors included; never rejected */
  async call(frame: Uint8Array, context: CallContext): Promise<Uint8Array> {
    try {
      const call = decodeCall(frame);
      const side = this.#sides.get(call.binding);
      if (side === undefined) throw plinthError("PLINTH_BINDING_UNKNOWN", [call.binding, call.method]);
      return encodeReply(await side.call(call, context));
    } catch (error) {
      // A call that nobody waits for any more may fail as it likes.
      if (!(error instanceof PlinthError) && !context.signal.aborted) this.#onFault(error, context);
      return encodeError(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#sides.values()].map((side) => side[Symbol.asyncDispose]()));
  }
}
