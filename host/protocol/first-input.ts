/** The input that begins a run of a tenant's program. */
import type { WireRequest } from "./http.ts";

/** A visitor's request. */
interface StartInput {
  kind: "start";
  request: WireRequest;
}

/** A time of one of the tenant's crons. */
export interface ScheduledInput {
  kind: "scheduled";
  /** The expression, as it stands in the manifest. */
  cron: string;
  /** When the run was due, ms since the epoch. */
  time: number;
}

export type FirstInput = StartInput | ScheduledInput;
