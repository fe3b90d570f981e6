/** The argument of the handler of scheduled runs. */
import { tagged } from "./intrinsics.ts";

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
  static of(cron: string, scheduledTime: number): ScheduledController {
    return new ScheduledController(cron, scheduledTime, made);
  }

  /** The host never repeats a run that fails. The call is accepted and does nothing. */
  noRetry(): void {}
}
tagged(ScheduledController, "ScheduledController");
