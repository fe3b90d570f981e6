/**
 * Turns the first input of a slim tenant's run into a request for `plinth:http/resumable`.
 *
 * That contract has only requests, and components that are linked to it stay as they are. So a scheduled run becomes a
 * request here, at the last moment and nowhere else in the host. The runtimes know it by its URI and call the program's
 * scheduled handler: runtimes/js/prelude/scheduled.ts, runtimes/go/sdk/guest/scheduled_wasip1.go. A static component
 * exports `plinth:http/scheduled` instead.
 */
import type { TenantRequest } from "../protocol/contract.ts";
import type { FirstInput, ScheduledInput } from "../protocol/first-input.ts";
import { headersFromWire } from "../protocol/http.ts";

/** No visitor can send this URI: the ingress makes URIs of "http://", a host and a path. */
const SCHEDULED_URI = "plinth://scheduled";

export function firstRequest(input: FirstInput): TenantRequest {
  if (input.kind === "scheduled") return scheduledRequest(input);
  return { ...input.request, headers: headersFromWire(input.request.headers) };
}

function scheduledRequest({ cron, time }: ScheduledInput): TenantRequest {
  const headers = headersFromWire([
    ["cron", cron],
    ["scheduled-time", String(time)],
  ]);
  return { method: "POST", uri: SCHEDULED_URI, headers, body: new Uint8Array(0) };
}
