/** Marks and measures on the clock of a request (User Timing). */
import { defineGlobals } from "./define-globals.ts";

const made = Symbol();

class PerformanceEntry {
  readonly #values: [name: string, type: string, start: number, duration: number];

  constructor(mark: unknown, values: [name: string, type: string, start: number, duration: number]) {
    if (mark !== made) throw new TypeError("Illegal constructor");
    this.#values = values;
  }
  get name(): string {
    return this.#values[0];
  }
  get entryType(): string {
    return this.#values[1];
  }
  get startTime(): number {
    return this.#values[2];
  }
  get duration(): number {
    return this.#values[3];
  }
  toJSON(): object {
    const { name, entryType, startTime, duration } = this;
    return { name, entryType, startTime, duration };
  }
}
interface MarkOptions {
  startTime?: number;
  detail?: unknown;
}

class PerformanceMark extends PerformanceEntry {
  readonly #detail: unknown;

  constructor(name: string, options: MarkOptions = {}) {
    const start = options.startTime === undefined ? performance.now() : Number(options.startTime);
    if (!(start >= 0)) throw new TypeError("A mark's startTime is negative");
    super(made, [`${name}`, "mark", start, 0]);
    this.#detail = structuredClone(options.detail ?? null);
  }
  get detail(): unknown {
    return this.#detail;
  }
}
interface MeasureOptions {
  start?: string | number;
  end?: string | number;
  duration?: number;
  detail?: unknown;
}

class PerformanceMeasure extends PerformanceEntry {
  readonly #detail: unknown;

  constructor(mark: unknown, name: string, start: number, end: number, detail: unknown) {
    super(mark, [name, "measure", start, end - start]);
    this.#detail = structuredClone(detail ?? null);
  }
  get detail(): unknown {
    return this.#detail;
  }
}
/** The most entries that are kept; later ones push out the first. */
const maxEntries = 1_000;

let entries: PerformanceEntry[] = [];

function timeOf(mark: string | number): number {
  if (typeof mark === "number") return mark;
  const found = entries.findLast((entry) => entry.entryType === "mark" && entry.name === `${mark}`);
  if (!found) throw new DOMException(`There is no mark "${mark}"`, "SyntaxError");
  return found.startTime;
}

function add<T extends PerformanceEntry>(entry: T): T {
  let at = entries.length;
  while (at > 0 && entries[at - 1]!.startTime > entry.startTime) at--;
  entries.splice(at, 0, entry);
  if (entries.length > maxEntries) entries.shift();
  return entry;
}

const mark = (name: string, options?: MarkOptions): PerformanceMark => add(new PerformanceMark(name, options));

function measure(name: string, startOrOptions: string | MeasureOptions = {}, endMark?: string): PerformanceMeasure {
  const { start, end, duration, detail }: MeasureOptions =
    typeof startOrOptions === "object" ? startOrOptions : { start: startOrOptions, ...(endMark && { end: endMark }) };
  const length = duration === undefined ? undefined : Number(duration);
  let to = end === undefined ? undefined : timeOf(end);
  if (to === undefined) to = length !== undefined && start !== undefined ? timeOf(start) + length : performance.now();
  const from = start !== undefined ? timeOf(start) : length !== undefined ? to - length : 0;
  return add(new PerformanceMeasure(made, `${name}`, from, to, detail));
}

const clear = (type: string, name: string | undefined): void => {
  entries = entries.filter((entry) => entry.entryType !== type || (name !== undefined && entry.name !== `${name}`));
};
const clearMarks = (name?: string): void => clear("mark", name);
const clearMeasures = (name?: string): void => clear("measure", name);

const getEntries = (): PerformanceEntry[] => [...entries];
const getEntriesByType = (type: string): PerformanceEntry[] => entries.filter((entry) => entry.entryType === `${type}`);
const getEntriesByName = (name: string, type?: string): PerformanceEntry[] =>
  entries.filter((entry) => entry.name === `${name}` && (type === undefined || entry.entryType === type));

defineGlobals({ PerformanceEntry, PerformanceMark, PerformanceMeasure });
const methods = { clearMarks, clearMeasures, getEntries, getEntriesByName, getEntriesByType, mark, measure };
defineGlobals(methods, Object.getPrototypeOf(performance));
