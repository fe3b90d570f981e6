import type { Sha256 } from "./names.ts";

interface FreedBlobsOptions {
  /** Time from the end of a blob's last version to its removal, ms: requests under way may still read it. */
  readonly graceMs: number;
  /** Least time from a blob's put to its removal, ms: longer than a deploy takes to name the blobs that it has put. */
  readonly keepMs: number;
  isReferenced(name: Sha256): boolean;
  remove(name: Sha256): Promise<void>;
}

/**
 * Removes blobs whose versions are deleted, some time later.
 *
 * A deploy may put the same bytes again before its version names them. So code that puts or names a blob calls `keep`
 * first, and the blob stays for some time even if it is freed. If a version names the blob by then, it stays for good. The
 * next start removes blobs that a crash has left behind.
 */
export class FreedBlobs implements AsyncDisposable {
  readonly #options: FreedBlobsOptions;
  /** The time at which each blob may go, ms since the epoch. */
  readonly #due = new Map<Sha256, number>();
  /** The time until which blobs of deploys under way stay, ms since the epoch, the first ones first. */
  readonly #kept = new Map<Sha256, number>();
  readonly #removing = new Map<Sha256, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(options: FreedBlobsOptions) {
    this.#options = options;
  }

  free(names: Iterable<Sha256>): void {
    const due = Date.now() + this.#options.graceMs;
    for (const name of names) this.#due.set(name, due);
    this.#wake();
  }

  /** @param keepMs time for which the blobs stay, ms */
  async keep(names: Iterable<Sha256>, keepMs = this.#options.keepMs): Promise<void> {
    const now = Date.now();
    for (const [name, until] of this.#kept) {
      // An entry with a longer time than the usual one holds up the entries behind it, until its own time.
      if (until > now) break;
      this.#kept.delete(name);
    }
    const all = [...new Set(names)];
    for (const name of all) {
      const until = Math.max(this.#kept.get(name) ?? 0, now + keepMs);
      this.#kept.delete(name);
      this.#kept.set(name, until);
    }
    await Promise.all(all.map((name) => this.#removing.get(name)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  #wake(): void {
    if (this.#timer !== undefined || this.#ended || this.#due.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#round = this.#removeDue().finally(() => {
        this.#timer = undefined;
        this.#wake();
      });
    }, this.#options.graceMs).unref();
  }

  async #removeDue(): Promise<void> {
    for (const [name, due] of this.#due) {
      if (this.#ended) return;
      if (Math.max(due, this.#kept.get(name) ?? 0) > Date.now()) continue;
      this.#due.delete(name);
      if (this.#options.isReferenced(name)) continue;
      // If the disk does not remove the file, the sweep of the next start finds it again.
      const removal = this.#options.remove(name).catch(() => {});
      this.#removing.set(name, removal);
      await removal;
      this.#removing.delete(name);
    }
  }
}
