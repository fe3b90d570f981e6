/**
 * Timers. The prelude keeps them; the host is asked for one operation only, for the earliest, when a step is about to end
 * with nothing else to run.
 */
import { apply } from "./intrinsics.ts";
import { phase } from "./phase.ts";

interface Timer {
  id: number;
  /** On the host's monotonic clock, ms. */
  due: number;
  /** ms between runs; undefined for setTimeout. */
  interval: number | undefined;
  callback: (...values: unknown[]) => unknown;
  values: unknown[];
}

/** In the order in which they are due; equal ones in the order of their making. */
const timers: Timer[] = [];
let lastId = 0;
/** The host's operation that is under way, and when it ends. */
let operation: { number: number; due: number } | undefined;
/** An operation that has ended proves that the clock is at least here, whatever another worker's clock says. */
let reached = 0;
let origin = 0;
let originSet = false;

export function resetClock(): void {
  timers.length = 0;
  operation = undefined;
  reached = 0;
  originSet = false;
}

/** ms since the request first asked. */
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
  // As in browsers: below 1 and above 31 bits mean "now".
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

function now(): number {
  const clock = $monotonic();
  return Math.max(clock, reached);
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

/** Makes sure that the host resumes the request when the earliest timer is due. False when there is none. */
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

/** @returns whether the operation was a timer's */
export function timerEvent(number: number): boolean {
  if (!operation || operation.number !== number) return false;
  if (operation.due > reached) reached = operation.due;
  operation = undefined;
  return true;
}
