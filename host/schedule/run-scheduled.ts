/** A run of a scheduled handler: a request of the host's own, under the limits of any other. */
import { randomUUID } from "node:crypto";
import type { FastifyBaseLogger } from "fastify";
import { PlinthError, plinthError } from "../errors.ts";
import type { Dispatcher } from "../pool/dispatcher.ts";
import type { Target } from "../pool/target.ts";
import type { CgiContext, WireHeader } from "../protocol/http.ts";
import type { TenantName } from "../store/names.ts";

/** No visitor can send it: the ingress makes URIs of "http://", a host and a path. */
const SCHEDULED_URI = "plinth://scheduled";

/** The dispatcher wants it for programs that are called by CGI, which come here never. */
const NO_CLIENT: CgiContext = { host: "localhost", path: "/", mount: "", clientAddress: "127.0.0.1" };

export interface RunOptions {
  readonly dispatcher: Dispatcher;
  /** The tenant's active version; null where there is none. */
  readonly targetOf: (tenant: TenantName) => Target | null;
  readonly logger: FastifyBaseLogger;
}

/** @returns how it ended: "ok", an error's code, or "status" and a number */
export async function runScheduled(
  { dispatcher, targetOf, logger }: RunOptions,
  tenant: TenantName,
  cron: string,
  time: number,
): Promise<string> {
  try {
    const target = targetOf(tenant);
    if (target === null) throw plinthError("PLINTH_NOT_DEPLOYED", [tenant]);
    // A WASI command learns of a request what CGI tells it, and any visitor could tell it the same.
    if (target.kind === "wasi") throw plinthError("PLINTH_CRON_UNSUPPORTED");
    const headers: WireHeader[] = [
      ["cron", cron],
      ["scheduled-time", String(time)],
    ];
    const request = { method: "POST", uri: SCHEDULED_URI, headers, body: new Uint8Array(0) };
    const { answer, finished } = dispatcher.dispatch(target, request, NO_CLIENT, randomUUID());
    const { status } = await answer;
    await finished;
    return status < 400 ? "ok" : `status ${status}`;
  } catch (error) {
    if (error instanceof PlinthError) return error.code;
    logger.error({ err: error, tenant, cron }, "unexpected error in a scheduled run");
    return "PLINTH_INTERNAL";
  }
}
