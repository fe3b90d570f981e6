/** The benchmark's handlers as a program of Plinth, which runs in workerd as it is. */
import { cpu, echo, hello, page } from "./routes.js";

const html = { headers: { "content-type": "text/html; charset=utf-8" } };
const json = { headers: { "content-type": "application/json" } };

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    switch (pathname.slice(pathname.lastIndexOf("/"))) {
      case "/hello":
        return new Response(hello());
      case "/echo":
        return new Response(echo(await request.text()), json);
      case "/page":
        return new Response(page(), html);
      case "/body":
        return new Response(await request.arrayBuffer());
      case "/kv":
        return new Response(await stored(env.PAGES));
      case "/cpu":
        return new Response(cpu());
      default:
        return new Response("", { status: 404 });
    }
  },
};

/** The first read of all writes the value, so that nothing has to be prepared. */
async function stored(pages) {
  const value = await pages.get("page");
  if (value === null) await pages.put("page", "v".repeat(1024));
  return value ?? "";
}
