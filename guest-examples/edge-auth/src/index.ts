/** Authorisation in front of a server that knows nothing of it. Requests without a valid session do not reach it. */
import { readCookie, withoutCookie } from "./cookies.ts";
import type { Env } from "./env.ts";
import { loginPage } from "./login-page.ts";
import { SESSION_SECONDS, signSession, verifySession } from "./session.ts";

const COOKIE = "session";
/** The origin reads the visitor's name in this field. */
const USER_HEADER = "x-user";

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    if (!env.SESSION_KEY) throw new Error("set the secret SESSION_KEY: plinth secret put NAME SESSION_KEY");
    const { pathname, search } = new URL(request.url);
    if (pathname === "/login") return login(request, env, env.SESSION_KEY);
    if (pathname === "/logout") return redirect(".", cookie("", 0));
    const cookies = request.headers.get("cookie") ?? "";
    const user = await verifySession(readCookie(cookies, COOKIE), env.SESSION_KEY, Date.now());
    if (user === null) return refuse(request);
    return pass(request, env.ORIGIN + pathname + search, user, cookies);
  },
};

async function login(request: Request, env: Env, key: string): Promise<Response> {
  if (request.method !== "POST") return loginPage(200);
  const code = new URLSearchParams(await request.text()).get("code") ?? "";
  // Codes are long and random, so a plain digest does not give them away.
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(code)));
  const user = await env.CODES.get([...digest].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
  if (user === null) return loginPage(403, "This code is not known.");
  return redirect(".", cookie(await signSession(user.trim(), key, Date.now()), SESSION_SECONDS));
}

/** Shows the login page to browsers. Programs get a status. */
function refuse(request: Request): Response {
  if (request.headers.get("accept")?.includes("text/html")) return loginPage(401);
  return Response.json({ error: "log in at /login" }, { status: 401 });
}

async function pass(request: Request, url: string, user: string, cookies: string): Promise<Response> {
  const headers = new Headers(request.headers);
  // The origin must not see the session, and a visitor must not be able to set the user's name.
  headers.delete("cookie");
  const others = withoutCookie(cookies, COOKIE);
  if (others !== "") headers.set("cookie", others);
  headers.set(USER_HEADER, user);
  const hasBody = request.method !== "GET" && request.method !== "HEAD";
  return fetch(url, {
    method: request.method,
    headers,
    redirect: "manual",
    ...(hasBody ? { body: await request.arrayBuffer() } : {}),
  });
}

function cookie(value: string, seconds: number): string {
  return `${COOKIE}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; Secure; SameSite=Lax`;
}

/** @param to a relative URL, so that it also works by path (/t/NAME/) */
function redirect(to: string, setCookie: string): Response {
  return new Response(null, { status: 303, headers: { location: to, "set-cookie": setCookie } });
}
