/** Renders the Markdown in the request's body as a page. */
import MarkdownIt from "markdown-it";
import { headings } from "./headings.ts";
import { page } from "./page.ts";

// The renderer is made once, at the deploy. Every request finds it ready in its memory image.
const markdown = new MarkdownIt({ html: false, linkify: true, typographer: true });

const usage = "# Markdown\n\nSend Markdown: `curl --data-binary @README.md URL`\n";

export default {
  async fetch(request: Request): Promise<Response> {
    if (request.method !== "POST" && request.method !== "GET") {
      return new Response("send Markdown with POST\n", { status: 405, headers: { allow: "GET, POST" } });
    }
    const source = request.method === "POST" ? await request.text() : usage;
    const tokens = markdown.parse(source, {});
    const outline = headings(tokens);
    const body = markdown.renderer.render(tokens, markdown.options, {});
    return new Response(page({ title: outline[0]?.text ?? "Untitled", outline, body }), {
      headers: { "content-type": "text/html; charset=utf-8" },
    });
  },
};
