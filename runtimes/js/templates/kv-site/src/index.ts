/** A site without an origin server: each page is the value of a key that is its path, such as "about". */
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const path = new URL(request.url).pathname.slice(1);
    const content = await env.PAGES.get(path || "index");
    if (content !== null) return page(env.TITLE, content);
    if (path === "") return page(env.TITLE, await contents(env));
    return page(env.TITLE, "<p>There is no such page.</p>", 404);
  },
};

/** The text of the front page before somebody has written one. */
async function contents(env: Env): Promise<string> {
  const { keys } = await env.PAGES.list();
  const links = keys.map(({ name }) => `<li><a href="${encodeURI(name)}">${escaped(name)}</a></li>`);
  return links.length === 0 ? "<p>No pages yet.</p>" : `<ul>${links.join("")}</ul>`;
}

/** `content` is HTML, exactly as the writer of the key has written it. */
function page(title: string, content: string, status = 200): Response {
  const heading = escaped(title);
  const html = `<!doctype html><meta charset="utf-8"><title>${heading}</title><h1>${heading}</h1>${content}\n`;
  return new Response(html, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
