/** The door to tenants' programs, in this process or in another one. */
import type { RequestLog } from "../observe/tenant-log.ts";
import type { FirstInput } from "../protocol/first-input.ts";
import type { CgiContext } from "../protocol/http.ts";
import type { Dispatched } from "./dispatched.ts";
import type { Target } from "./target.ts";

/** A run of a program, which begins with a visitor's request or at the time of a cron. */
export interface Run {
  /** A cron's run is never one of a WASI command. */
  readonly target: Target;
  readonly input: FirstInput;
  /** The CGI variables, for programs that are called by CGI; null for a cron's run. */
  readonly cgi: CgiContext | null;
  /** The run's name in the tenant's log. */
  readonly requestId: string;
  readonly log: RequestLog;
  /** The tenant's weight where tenants compete for CPU time. */
  readonly cpuWeight: number;
}

export interface Programs {
  /** @throws PlinthError PLINTH_OVERLOADED, PLINTH_SHUTTING_DOWN, PLINTH_GROUP_LOST */
  start(run: Run): Dispatched;
}
