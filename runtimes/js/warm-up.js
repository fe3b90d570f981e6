/**
 * Hosts run this program at boot, some hundred times, so that V8 has compiled the engine's code before the first
 * request of a tenant. The program does what handlers usually do.
 */
const table = new Map(Array.from({ length: 50 }, (_, index) => [`key${index}`, index]));

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const text = await request.text();
    const found = [...table].filter(([key, value]) => key.endsWith("7") || value > 40).sort((a, b) => b[1] - a[1]);
    const parsed = JSON.parse(JSON.stringify({ pathname, text, found, accept: request.headers.get("accept") }));
    const id = crypto.randomUUID();
    const page = `<p>${parsed.text.replaceAll("\0", "")} ${searchParams.get("q") ?? ""} ${/a+b/.test(pathname)}</p>`;
    if (Math.random() < 0.5) return new Response(page, { headers: { "content-type": "text/html", "x-id": id } });
    return Response.json(parsed);
  },
};
