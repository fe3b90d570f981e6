/** The site of these pages: `npm run docs` (docs/contributing/docs-site.md). */
import { defineConfig } from "vitepress";
import { linksOfSite } from "./links.ts";
import { sidebar } from "./sidebar.ts";
import { slugify } from "./slugify.ts";

/** Three steps of stone, in a colour for both schemes. */
const icon =
  "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='#4f6bd8'>" +
  "<path d='M4 2h8v3H4zM3 6h10v3H3zM1 10h14v4H1z'/></svg>";

export default defineConfig({
  title: "Plinth",
  description: "A multi-tenant WebAssembly host for Node that loads each language runtime once",
  base: process.env.DOCS_BASE ?? "/",
  head: [["link", { rel: "icon", href: `data:image/svg+xml,${encodeURIComponent(icon)}` }]],
  outDir: "dist",
  cacheDir: ".vitepress/cache",
  rewrites: { "site/:page": ":page" },
  ignoreDeadLinks: "localhostLinks",
  markdown: {
    anchor: { slugify },
    toc: { slugify },
    headers: { slugify },
    languageAlias: { wat: "wasm", wit: "rust" },
    config: (markdown) => void markdown.use(linksOfSite),
  },
  themeConfig: {
    outline: [2, 3],
    search: { provider: "local" },
    sidebar: sidebar(),
    nav: [
      { text: "Guides", link: "/guides/getting-started", activeMatch: "^/guides/" },
      { text: "Reference", link: "/reference/manifest", activeMatch: "^/reference/" },
      { text: "Contributing", link: "/contributing", activeMatch: "^/contributing" },
      { text: "Changelog", link: "/changelog" },
    ],
    docFooter: { prev: false, next: false },
  },
});
