/** Calls of tenants, hostile or not: whatever comes of one, the next can be made. */
import { type Agent, request } from "node:http";
import type { HostProcess } from "../host-process.ts";

/** @returns the status, or 0 where the connection has failed or the signal has ended the call */
export function call(
  { ingress }: HostProcess,
  tenant: string,
  agent: Agent,
  body?: string,
  signal?: AbortSignal,
): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const options = { method: body === undefined ? "GET" : "POST", agent, ...(signal === undefined ? {} : { signal }) };
  const sent = request(`${ingress}/t/${tenant}/`, options, (response) => {
    response.on("error", () => resolve(0));
    response.on("end", () => resolve(response.statusCode ?? 0));
    response.resume();
  });
  sent.on("error", () => resolve(0));
  sent.end(body);
  return promise;
}
