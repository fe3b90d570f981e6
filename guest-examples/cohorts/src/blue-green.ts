/** Blue-green: all visitors get the live installation. Testers choose an installation with a cookie. */
import { readCookie } from "./cookies.ts";
import type { Env } from "./env.ts";

const COOKIE = "colour";

export async function blueGreen(request: Request, { INSTALLATIONS, SWITCH }: Env): Promise<Response> {
  const chosen = readCookie(request, COOKIE);
  const live = (await SWITCH.get("live"))?.trim() ?? "blue";
  const colour = chosen !== null && Object.hasOwn(INSTALLATIONS, chosen) ? chosen : live;
  const installation = INSTALLATIONS[colour];
  if (installation === undefined) throw new Error(`"live" is "${live}", which is no installation`);
  const { pathname, search } = new URL(request.url);
  const hasBody = request.method !== "GET" && request.method !== "HEAD";
  const response = await fetch(installation + pathname + search, {
    method: request.method,
    headers: request.headers,
    redirect: "manual",
    ...(hasBody ? { body: await request.arrayBuffer() } : {}),
  });
  const headers = new Headers(response.headers);
  headers.set("x-colour", colour);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
