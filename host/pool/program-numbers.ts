import { LRUCache } from "lru-cache";
import type { SlotProgram } from "../protocol/slot-step.ts";

/** Programs that a thread keeps, some KB each. A program that has fallen out is told again. */
const PROGRAMS_KEPT = 1_000;

/** The numbers by which one thread, or one process, knows programs. */
export class ProgramNumbers<Program extends object = SlotProgram> {
  readonly #numbers: LRUCache<Program, number>;
  /** Numbers whose programs were forgotten. */
  readonly #free: number[] = [];

  constructor(max = PROGRAMS_KEPT) {
    this.#numbers = new LRUCache({ max });
  }

  /** @returns undefined if the thread does not know the program now */
  known(program: Program): number | undefined {
    return this.#numbers.get(program);
  }

  /** @param tell tells the thread what a number means from now on */
  numberOf(program: Program, tell: (number: number) => void): number {
    const known = this.#numbers.get(program);
    if (known !== undefined) return known;
    const next = this.#numbers.size < this.#numbers.max ? this.#numbers.size : this.#numbers.pop()!;
    const number = this.#free.pop() ?? next;
    this.#numbers.set(program, number);
    tell(number);
    return number;
  }

  /** Forgets programs. @returns their numbers */
  forget(which: (program: Program) => boolean): number[] {
    const found = [...this.#numbers.entries()].filter(([program]) => which(program));
    for (const [program, number] of found) {
      this.#numbers.delete(program);
      this.#free.push(number);
    }
    return found.map(([, number]) => number);
  }
}
