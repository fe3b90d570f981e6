import type { AnyBinding, Grants } from "./binding.ts";
import { encodeReply } from "./message.ts";

/** A version's grants as a worker keeps them. */
export class OpenGrants {
  readonly grants: Grants;
  /**
   * The environment that the guest gets at the start of a request: a reply's frame, such as with `{vars, kv: [names]}`;
   * null for none.
   */
  readonly environment: Uint8Array | null;
  readonly #telling: readonly AnyBinding[];
  #texts: Record<string, string> | undefined;

  /** @param bindings the bindings whose environment is told */
  constructor(bindings: readonly AnyBinding[], grants: Grants) {
    this.grants = grants;
    this.#telling = bindings.filter(({ name }) => grants[name] !== undefined);
    // SDKs expect the names of all bindings that can tell something, as soon as one of them does.
    const all = () => bindings.map(({ name, environment }) => [name, environment?.value(grants[name])]);
    this.environment = this.#telling.length === 0 ? null : encodeReply({ value: Object.fromEntries(all()) });
  }

  /** The environment of programs that only have texts in it. */
  get texts(): Readonly<Record<string, string>> {
    if (this.#texts === undefined) {
      this.#texts = {};
      for (const { name, environment } of this.#telling) {
        Object.assign(this.#texts, environment?.texts?.(this.grants[name]));
      }
    }
    return this.#texts;
  }
}
