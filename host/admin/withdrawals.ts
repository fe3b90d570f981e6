import type { Token } from "../store/store.ts";

/** Longest timer of Node, ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Ends the open answers of a token when the token ends. A token is checked only when a request begins. */
export class Withdrawals {
  readonly #open = new Map<string, Set<() => void>>();

  /** @param end is called once, when the token is deleted or over @returns a function to call when it has ended anyway */
  watch({ id, expiresAt }: Token, end: () => void): () => void {
    const ends = this.#open.get(id) ?? new Set();
    this.#open.set(id, ends.add(end));
    let timer: NodeJS.Timeout | undefined;
    const waitUntil = (time: number) => {
      const left = Math.max(time - Date.now(), 0);
      const look = () => (left > LONGEST_TIMER_MS ? waitUntil(time) : end());
      timer = setTimeout(look, Math.min(left, LONGEST_TIMER_MS)).unref();
    };
    if (expiresAt !== null) waitUntil(Date.parse(expiresAt));
    return () => {
      clearTimeout(timer);
      ends.delete(end);
      if (ends.size === 0 && this.#open.get(id) === ends) this.#open.delete(id);
    };
  }

  withdraw(id: string): void {
    const ends = this.#open.get(id) ?? [];
    for (const end of [...ends]) end();
  }
}
