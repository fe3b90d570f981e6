/** Calls tenants, hostile or not. A failed call does not prevent the next one. */
import { type Agent, request } from "node:http";
import type { HostProcess } from "../host-process.ts";

/** @returns the status, or 0 if the connection failed or the signal ended the call */
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
