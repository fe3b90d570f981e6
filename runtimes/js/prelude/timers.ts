/**
 * Timers. The prelude keeps them all. It asks the host for one operation only: for the earliest timer, when a step is
 * about to end and nothing else can run.
 */
import { apply } from "./intrinsics.ts";
import { phase } from "./phase.ts";

interface Timer {
  id: number;
  /** When the timer is due, in ms of the host's monotonic clock. */
  due: number;
  /** The ms between runs; undefined for setTimeout. */
  interval: number | undefined;
  callback: (...values: unknown[]) => unknown;
  values: unknown[];
}

/**
 * The timers in the order in which they are due. Timers that are due at the same time stand in the order of their
 * making.
 */
const timers: Timer[] = [];
let lastId = 0;
/** The operation of the host that is under way, and the time of its end. */
let operation: { number: number; due: number } | undefined;
/** Time that the clock has reached at least, because an operation has ended then. Another worker's clock may show less. */
let reached = 0;
let origin = 0;
let originSet = false;

export function resetClock(): void {
  timers.length = 0;
  operation = undefined;
  reached = 0;
  originSet = false;
}

/** The ms since the request first asked for the time. */
export function elapsed(): number {
  const now = $monotonic();
  if (!originSet) {
    origin = now;
    originSet = true;
  }
  return now - origin;
}

function insert(timer: Timer): void {
  let at = timers.length;
  for (; at > 0 && timers[at - 1]!.due > timer.due; at--) timers[at] = timers[at - 1]!;
  timers[at] = timer;
}

function removeAt(at: number): void {
  for (let i = at; i < timers.length - 1; i++) timers[i] = timers[i + 1]!;
  timers.length--;
}

export function addTimer(name: string, callback: unknown, delay: unknown, values: unknown[], repeats: boolean): number {
  if (!phase.serving) {
    throw new Error(`${name} cannot be called while the module loads: start timers in the handler`);
  }
  if (typeof callback !== "function") throw new TypeError(`${name}: the first argument is not a function`);
  const number = Number(delay);
  // A delay that is negative, no number or beyond 31 bits means "now", as in browsers.
  const ms = number >= 0 && number <= 0x7fffffff ? number : 0;
  const interval = repeats ? Math.max(ms, 1) : undefined;
  const id = ++lastId;
  insert({ id, due: now() + ms, interval, callback: callback as Timer["callback"], values });
  return id;
}

export function removeTimer(id: unknown): void {
  const number = Number(id);
  for (let i = 0; i < timers.length; i++) {
    if (timers[i]!.id !== number) continue;
    removeAt(i);
    return;
  }
}

/** `scheduler.wait(ms)` of Workers. */
export function wait(ms: number, options?: { signal?: WaitSignal }): Promise<void> {
  const signal = options?.signal;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) throw signal.reason;
    const id = addTimer("scheduler.wait", resolve, ms, [], false);
    signal?.addEventListener("abort", () => {
      removeTimer(id);
      reject(signal.reason);
    });
  });
}

interface WaitSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: string, listener: () => void): void;
}

function now(): number {
  const clock = $monotonic();
  return Math.max(clock, reached);
}

export function isTimerDue(): boolean {
  const timer = timers[0];
  return timer !== undefined && timer.due <= now();
}

/** Runs the earliest timer if it is due. */
export function runDueTimers(): boolean {
  const timer = timers[0];
  if (!timer) return false;
  const clock = now();
  if (timer.due > clock) return false;
  removeAt(0);
  if (timer.interval !== undefined) {
    timer.due = clock + timer.interval;
    insert(timer);
  }
  try {
    apply(timer.callback, undefined, timer.values);
  } catch (error) {
    onTimerError(error);
  }
  return true;
}

let onTimerError: (error: unknown) => void = () => {};

export function reportTimerErrors(report: (error: unknown) => void): void {
  onTimerError = report;
}

/** Asks the host to resume the request when the earliest timer is due. Gives false if there is no timer. */
export function waitForTimers(): boolean {
  const first = timers[0];
  if (!first) {
    if (operation) $timerCancel(operation.number);
    operation = undefined;
    return false;
  }
  if (operation && operation.due === first.due) return true;
  if (operation) $timerCancel(operation.number);
  operation = { number: $timer(Math.max(first.due - now(), 0)), due: first.due };
  return true;
}

/** @returns whether the operation belonged to a timer */
export function timerEvent(number: number): boolean {
  if (!operation || operation.number !== number) return false;
  if (operation.due > reached) reached = operation.due;
  operation = undefined;
  return true;
}
