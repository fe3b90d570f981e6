/** Timers, and the loop that runs timers and promise jobs until a promise is settled. */
import { subscribeDuration } from "wasi:clocks/monotonic-clock@0.2.12";
import { runJobs } from "./promise.js";

const timers = new Map();
let lastTimer = 0;

function startTimer(callback, ms, every) {
  const id = ++lastTimer;
  timers.set(id, { id, callback, due: performance.now() + ms, every });
  return id;
}

function nextTimer() {
  let next;
  for (const timer of timers.values()) if (next === undefined || timer.due < next.due) next = timer;
  return next;
}

const atLeast = (ms, least) => Math.max(least, Number(ms) || 0);
export const setTimeout = (callback, ms, ...values) => startTimer(() => callback(...values), atLeast(ms, 0));
export const setInterval = (callback, ms, ...values) =>
  startTimer(() => callback(...values), atLeast(ms, 1), atLeast(ms, 1));
export const clearTimeout = (id) => void timers.delete(id);

/** Runs the jobs and timers that a promise needs. @returns the promise's value */
export function runUntil(promise) {
  let outcome;
  promise.then(
    (value) => {
      outcome = () => value;
    },
    (reason) => {
      outcome = () => {
        throw reason;
      };
    },
  );
  for (;;) {
    runJobs();
    if (outcome !== undefined) return outcome();
    const timer = nextTimer();
    if (timer === undefined) throw new Error("The handler waits for something that can never come.");
    const left = timer.due - performance.now();
    if (left > 0) subscribeDuration(Math.ceil(left * 1e6)).block();
    if (timer.every === undefined) timers.delete(timer.id);
    else timer.due = performance.now() + timer.every;
    timer.callback();
  }
}
