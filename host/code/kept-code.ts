/** The modules that this process keeps ready, within a bound. No owner takes more than its part of the bound. */
import { LRUCache } from "lru-cache";

export interface Code {
  readonly module: WebAssembly.Module;
  /** Whether all its functions are compiled. */
  readonly isAhead: boolean;
  /** Memory of the module and its code. */
  readonly bytes: number;
  /** The tenant for which it is kept. */
  readonly owner: string;
}

/** The part of all memory that one owner's modules take at the most. */
const OWNER_PART = 1 / 4;

export class KeptCode {
  /** Bytes of one owner's modules. */
  readonly ownerBytes: number;
  readonly #limitBytes: number;
  readonly #kept: LRUCache<string, Code>;

  /** @param onDrop is told of each module that goes or is replaced */
  constructor(limitBytes: number, onDrop: (key: string) => void) {
    this.#limitBytes = limitBytes;
    this.ownerBytes = Math.floor(limitBytes * OWNER_PART);
    this.#kept = new LRUCache<string, Code>({
      maxSize: limitBytes,
      // A module that is larger than its owner's part takes all of that part, since otherwise no request would find it.
      sizeCalculation: ({ bytes }) => Math.max(1, Math.min(bytes, this.ownerBytes)),
      dispose: (_, key) => onDrop(key),
    });
  }

  /** Memory that no module takes. */
  get freeBytes(): number {
    return this.#limitBytes - this.#kept.calculatedSize;
  }

  /** Finds a module, and notes that it was used now. */
  get(key: string): Code | undefined {
    return this.#kept.get(key);
  }

  /** Keeps a module. For lack of room, its owner's other modules go, and then anybody's longest unused ones. */
  add(key: string, code: Code): void {
    let own = Math.min(code.bytes, this.ownerBytes);
    for (const [other, { owner, bytes }] of [...this.#kept.entries()]) {
      if (owner !== code.owner || other === key) continue;
      own += Math.min(bytes, this.ownerBytes);
      if (own > this.ownerBytes) this.#kept.delete(other);
    }
    this.#kept.set(key, code);
  }
}
