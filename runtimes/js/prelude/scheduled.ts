/** Runs on a schedule: requests of the host's own, with a URI that no visitor can send. */
import type { Headers } from "./headers.ts";
import { tagged } from "./intrinsics.ts";

const scheduledUri = "plinth://scheduled";

export function isScheduled(uri: string): boolean {
  return uri === scheduledUri;
}

const made = Symbol();

/** The first argument of a `scheduled` handler. */
export class ScheduledController {
  readonly type = "scheduled";
  readonly cron: string;
  /** When the run was due, ms since the epoch. */
  readonly scheduledTime: number;

  constructor(cron: string, scheduledTime: number, mark?: unknown) {
    if (mark !== made) throw new TypeError("Illegal constructor");
    this.cron = cron;
    this.scheduledTime = scheduledTime;
  }

  /** @internal */
  static of(headers: Headers): ScheduledController {
    return new ScheduledController(headers.get("cron") ?? "", Number(headers.get("scheduled-time")), made);
  }

  /** The host never repeats a run that fails. The call is accepted and does nothing. */
  noRetry(): void {}
}
tagged(ScheduledController, "ScheduledController");
