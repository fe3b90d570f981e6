/** Runs a scheduled handler, under the limits of any request. */
import { randomUUID } from "node:crypto";
import type { FastifyBaseLogger } from "fastify";
import { PlinthError, plinthError } from "../errors.ts";
import type { Dispatcher } from "../pool/dispatcher.ts";
import type { Target } from "../pool/target.ts";
import type { TenantName } from "../store/names.ts";

export interface RunOptions {
  readonly dispatcher: Dispatcher;
  /** The tenant's active version; null if there is none. */
  readonly targetOf: (tenant: TenantName) => Target | null;
  readonly logger: FastifyBaseLogger;
}

/** @returns how the run ended: "ok", an error's code, or "status" and a number */
export async function runScheduled(
  { dispatcher, targetOf, logger }: RunOptions,
  tenant: TenantName,
  cron: string,
  time: number,
): Promise<string> {
  try {
    const target = targetOf(tenant);
    if (target === null) throw plinthError("PLINTH_NOT_DEPLOYED", [tenant]);
    // A WASI command learns only CGI's variables, and any visitor could send the same ones.
    if (target.kind === "wasi") throw plinthError("PLINTH_CRON_UNSUPPORTED");
    const { answer, finished } = dispatcher.runScheduled(target, { kind: "scheduled", cron, time }, randomUUID());
    const { status, stream } = await answer;
    stream?.abandon();
    await finished;
    return status < 400 ? "ok" : `status ${status}`;
  } catch (error) {
    if (error instanceof PlinthError) return error.code;
    logger.error({ err: error, tenant, cron }, "unexpected error in a scheduled run");
    return "PLINTH_INTERNAL";
  }
}
