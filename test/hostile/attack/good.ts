/** The good tenants: a hello in each language of the slim runtimes, called at a steady rate, every answer checked. */
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { goComponent, goHandler, goIsInstalled } from "../../support/go.ts";
import { slimComponent } from "../../support/programs.ts";

/** A lost request and the answer that came instead. */
export interface Good {
  readonly latencies: readonly number[];
  readonly lost: readonly string[];
}

/** The programs of the good tenants by name. Each says hello to the request's path. */
export async function goodPrograms(): Promise<Readonly<Record<string, Uint8Array<ArrayBuffer>>>> {
  const script = 'return new Response("Hello " + new URL(request.url).pathname);';
  return {
    "good-js": slimComponent(`export default { async fetch(request) { ${script} } };`),
    ...(goIsInstalled ? { "good-go": await goComponent(goHandler('fmt.Fprint(w, "Hello "+r.URL.Path)', "fmt")) } : {}),
  };
}

/**
 * Calls a good tenant at a rate. The loop is open: a late call does not delay the calls after it.
 *
 * @param more says after each call whether another one follows
 * @param atOnce calls that may be under way. A slow machine gets the next calls later, at any rate
 */
export async function callAtRate(
  ingress: string,
  tenant: string,
  rate: number,
  more: (calls: number) => boolean,
  atOnce = Number.POSITIVE_INFINITY,
): Promise<Good> {
  const agent = new Agent({ keepAlive: true });
  const [latencies, lost]: [number[], string[]] = [[], []];
  const calls: Promise<void>[] = [];
  const began = performance.now();
  while (more(calls.length)) {
    const wait = began + (calls.length * 1000) / rate - performance.now();
    if (wait > 0) await sleep(wait);
    if (calls.length - latencies.length >= atOnce) await calls[calls.length - atOnce];
    calls.push(callOnce(ingress, tenant, `/${calls.length}`, agent, latencies, lost));
  }
  await Promise.all(calls);
  agent.destroy();
  return { latencies, lost };
}

/** Calls a good tenant from a number of connections, one call after the other on each. @returns the calls a second */
export async function callInLoop(ingress: string, tenant: string, connections: number, ms: number): Promise<number> {
  const [latencies, lost]: [number[], string[]] = [[], []];
  const began = performance.now();
  const lane = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (performance.now() - began < ms) await callOnce(ingress, tenant, "/", agent, latencies, lost);
    agent.destroy();
  };
  await Promise.all(Array.from({ length: connections }, lane));
  if (lost.length > 0) throw new Error(`${lost.length} calls were lost, such as ${lost[0]}`);
  return (latencies.length * 1000) / (performance.now() - began);
}

function callOnce(
  ingress: string,
  tenant: string,
  path: string,
  agent: Agent,
  latencies: number[],
  lost: string[],
): Promise<void> {
  const sentAt = performance.now();
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (answer: string) => {
    latencies.push(performance.now() - sentAt);
    if (answer !== `200 Hello ${path}`) lost.push(`${tenant}${path}: ${answer}`);
    resolve();
  };
  const sent = request(`${ingress}/t/${tenant}${path}`, { agent }, (response) => {
    let text = "";
    response.on("data", (chunk) => (text += String(chunk)));
    response.on("error", ({ message }) => end(message));
    response.on("end", () => end(`${response.statusCode} ${text}`));
  });
  sent.on("error", ({ message }) => end(message));
  sent.end();
  return promise;
}
