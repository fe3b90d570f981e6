/** The static files of a version: which of them a path shows. */
import mime from "mime";
import type { Sha256 } from "../store/names.ts";
import type { AssetFile } from "./asset-list.ts";
import { type HtmlHandling, HtmlPaths } from "./html-paths.ts";
import type { notFoundHandlings } from "./not-found.ts";

/** The settings of a version for its files. */
export interface SiteConfig {
  readonly htmlHandling: HtmlHandling;
  readonly notFound: (typeof notFoundHandlings)[number];
}

export interface Asset {
  readonly path: string;
  readonly hash: Sha256;
  readonly bytes: number;
  /** The file's Content-Type. */
  readonly type: string;
  /** Whether a compressed form may be worth making. */
  readonly isCompressible: boolean;
}

/** The answer for a path: a file, or a redirect to another path (not encoded). */
export type Found = { readonly asset: Asset; readonly status: 200 | 404 } | { readonly redirect: string };

/** The least bytes of a file that is compressed. A smaller file fits the same packets without. */
const LEAST_COMPRESSIBLE = 1_024;
const COMPRESSIBLE =
  /^text\/|[+/](?:json|xml|javascript|wasm|x-javascript)$|^image\/(?:bmp|vnd\.microsoft\.icon)|^font\/[ot]tf/;
const UNKNOWN_TYPE = "application/octet-stream";

export class Site {
  readonly #files: ReadonlyMap<string, Asset>;
  readonly #html: HtmlPaths;
  readonly #config: SiteConfig;

  constructor(files: readonly AssetFile[], config: SiteConfig) {
    this.#files = new Map(files.map((file) => [file.path, assetOf(file)]));
    this.#html = new HtmlPaths(this.#files.keys(), config.htmlHandling);
    this.#config = config;
  }

  /** @param path of a request, without its query @returns null if the path shows no file */
  find(path: string): Found | null {
    const name = decodePath(path);
    if (name === null) return null;
    const file = this.#html.fileOf(name) ?? (this.#html.isServedElsewhere(name) ? undefined : name);
    const asset = file === undefined ? undefined : this.#files.get(file);
    if (asset !== undefined) return { asset, status: 200 };
    const redirect = this.#html.redirectOf(name);
    return redirect === undefined ? null : { redirect };
  }

  /** The answer for a path that shows no file: the nearest 404.html above it, or the page of the application. */
  instead(path: string): Found | null {
    if (this.#config.notFound === "none") return null;
    if (this.#config.notFound === "single-page-application") return this.#page("/index.html", 200);
    const steps = (decodePath(path) ?? "/").split("/");
    while (steps.length > 1) {
      steps.pop();
      const found = this.#page(`${steps.join("/")}/404.html`, 404);
      if (found !== null) return found;
    }
    return null;
  }

  #page(file: string, status: 200 | 404): Found | null {
    const asset = this.#files.get(file);
    return asset === undefined ? null : { asset, status };
  }
}

/**
 * Decodes a path. Encoded separators are refused, because a proxy may read them as separators, and no file's name has
 * one.
 */
function decodePath(path: string): string | null {
  if (!path.includes("%")) return path;
  if (/%(?:2f|5c|00)/i.test(path)) return null;
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

function assetOf({ path, hash, bytes }: AssetFile): Asset {
  const type = mime.getType(path) ?? UNKNOWN_TYPE;
  const isCompressible = bytes >= LEAST_COMPRESSIBLE && COMPRESSIBLE.test(type);
  const isText = /^text\/|[+/](?:json|xml|javascript)$/.test(type);
  return { path, hash, bytes, isCompressible, type: isText ? `${type}; charset=utf-8` : type };
}
