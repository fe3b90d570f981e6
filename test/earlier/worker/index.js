/** Uses the features of the first release: a start-up, a wait, vars, a digest, the log and an error. */
const started = ["start"];
let visits = 0;

export default {
  async fetch(request, env, ctx) {
    const { pathname, searchParams } = new URL(request.url);
    visits++;
    if (pathname === "/fail") throw new TypeError("failed on purpose");
    await new Promise((resolve) => setTimeout(resolve, 1));
    ctx.waitUntil(Promise.resolve().then(() => console.log("after", pathname)));
    const text = request.method === "POST" ? await request.text() : (searchParams.get("text") ?? "");
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    return Response.json({ started, visits, method: request.method, greeting: env.GREETING, hex });
  },
};
