/** A pool at this moment, for the host's metrics. */
export interface PoolState {
  /** Threads with work in the fast lane. */
  readonly busy: number;
  /** Threads with work that runs long. */
  readonly slow: number;
  readonly idle: number;
  /** Steps or requests that have not begun. */
  readonly waiting: number;
  /** Threads that programs have cost since the host's start. Each was replaced. */
  readonly lost: number;
}
