/**
 * Makes a scheduled run for a runtime that has no function for such runs (`scheduledExport`): Go's and Python's. The
 * runtime gets a request, and knows the run by its URI, as wit/http.wit says of `resumable`.
 */
import type { TenantRequest } from "../protocol/contract.ts";
import type { ScheduledInput } from "../protocol/first-input.ts";
import { headersFromWire } from "../protocol/http.ts";

/** No visitor can send this URI: the ingress makes URIs of "http://", a host and a path. */
const SCHEDULED_URI = "plinth://scheduled";

export function scheduledRequest({ cron, time }: ScheduledInput): TenantRequest {
  const headers = headersFromWire([
    ["cron", cron],
    ["scheduled-time", String(time)],
  ]);
  return { method: "POST", uri: SCHEDULED_URI, headers, body: new Uint8Array(0) };
}
