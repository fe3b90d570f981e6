/** Time as the scheduler sees it. Tests put their own clock in its place, so that they need not wait for the hour. */
export interface Clock {
  /** ms since the epoch. */
  now(): number;
  /** Calls back once, after `ms`. @returns a function that prevents the call */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
};
