/** The paths under which a site's HTML files are served, as in Workers (docs/reference/assets.md). */

export const htmlHandlings = ["auto-trailing-slash", "force-trailing-slash", "drop-trailing-slash", "none"] as const;

export type HtmlHandling = (typeof htmlHandlings)[number];

/** The path of an HTML file, or one that leads to it, without what is left out in paths. */
const BASE = /^(.*?)(\/index\.html|\/index|\.html|\/)?$/s;

/** @param file "/blog/index.html" or "/about.html" */
function servedPath(file: string, handling: HtmlHandling): string {
  const isIndex = file.endsWith("/index.html");
  const base = file.slice(0, isIndex ? -"/index.html".length : -".html".length);
  if (base === "") return "/";
  const withSlash = handling === "force-trailing-slash" || (handling === "auto-trailing-slash" && isIndex);
  return withSlash ? `${base}/` : base;
}

export class HtmlPaths {
  readonly #handling: HtmlHandling;
  /** The file of each path that is served. */
  readonly #files = new Map<string, string>();

  constructor(paths: Iterable<string>, handling: HtmlHandling) {
    this.#handling = handling;
    const html = handling === "none" ? [] : [...paths].filter((path) => path.endsWith(".html"));
    // Two files may have one path: /a.html and /a/index.html. A page goes before a folder.
    const inOrder = html.toSorted((a, b) => Number(a.endsWith("/index.html")) - Number(b.endsWith("/index.html")));
    for (const file of inOrder) {
      const path = servedPath(file, handling);
      if (!this.#files.has(path)) this.#files.set(path, file);
    }
  }

  /** The file that a path shows; undefined for none. */
  fileOf(path: string): string | undefined {
    return this.#files.get(path);
  }

  /** Whether a file is shown for another path than its own. */
  isServedElsewhere(file: string): boolean {
    return file.endsWith(".html") && this.#files.get(servedPath(file, this.#handling)) === file;
  }

  /** The path by which to ask instead for what a path means; undefined for none. */
  redirectOf(path: string): string | undefined {
    if (this.#handling === "none") return undefined;
    const [, base = "", rest = ""] = BASE.exec(path) ?? [];
    const files = [`${base}.html`, `${base}/index.html`];
    if (rest.startsWith("/")) files.reverse();
    const file = files.find((name) => this.#files.get(servedPath(name, this.#handling)) === name);
    if (file === undefined) return undefined;
    const served = servedPath(file, this.#handling);
    return served === path ? undefined : served;
  }
}
