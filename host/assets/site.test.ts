import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Sha256 } from "../store/names.ts";
import { type HtmlHandling, htmlHandlings } from "./html-paths.ts";
import { Site } from "./site.ts";

const hash = "0".repeat(64) as Sha256;

function siteOf(paths: readonly string[], htmlHandling: HtmlHandling): Site {
  const files = paths.map((path) => ({ path, hash, bytes: 2_000 }));
  return new Site(files, { htmlHandling, notFound: "none" });
}

/** The answer for a path: a file's path, "> PATH" for a redirect, or null. */
function shown(site: Site, path: string): string | null {
  const found = site.find(path);
  if (found === null) return null;
  return "redirect" in found ? `> ${found.redirect}` : found.asset.path;
}

const paths = ["/index.html", "/page.html", "/folder/index.html", "/file.txt", "/a b.html"];

describe.each([
  ["auto-trailing-slash", "/page", "/folder/"],
  ["force-trailing-slash", "/page/", "/folder/"],
  ["drop-trailing-slash", "/page", "/folder"],
] as const)("%s", (handling, page, folder) => {
  const site = siteOf(paths, handling);

  test("serves each page under one path, and redirects the others to it", () => {
    for (const path of ["/page", "/page/", "/page.html", "/page/index", "/page/index.html"])
      expect([path, shown(site, path)]).toEqual([path, path === page ? "/page.html" : `> ${page}`]);
    for (const path of ["/folder", "/folder/", "/folder.html", "/folder/index", "/folder/index.html"])
      expect([path, shown(site, path)]).toEqual([path, path === folder ? "/folder/index.html" : `> ${folder}`]);
    expect([shown(site, "/"), shown(site, "/index.html"), shown(site, "/index")]).toEqual([
      "/index.html",
      "> /",
      "> /",
    ]);
    expect(shown(site, `/a%20b${page.endsWith("/") ? "/" : ""}`)).toBe("/a b.html");
  });

  test("leaves other files alone", () => {
    expect([shown(site, "/file.txt"), shown(site, "/file.txt/"), shown(site, "/file")]).toEqual([
      "/file.txt",
      null,
      null,
    ]);
  });
});

test("none serves files under their own paths alone", () => {
  const site = siteOf(paths, "none");
  expect(["/page.html", "/page", "/folder/", "/"].map((path) => shown(site, path))).toEqual([
    "/page.html",
    null,
    null,
    null,
  ]);
});

test("two files for one path: the page goes first, and the other keeps its own", () => {
  const site = siteOf(["/a.html", "/a/index.html"], "drop-trailing-slash");
  expect(["/a", "/a/", "/a.html", "/a/index.html"].map((path) => shown(site, path))).toEqual([
    "/a.html",
    "> /a",
    "> /a",
    "/a/index.html",
  ]);
});

test("a redirect always leads to a file, within the site", () => {
  const step = fc.constantFrom("a", "b", "index", "index.html", "a.html", "c.txt");
  const path = fc.array(step, { minLength: 1, maxLength: 3 }).map((steps) => `/${steps.join("/")}`);
  fc.assert(
    fc.property(
      fc.uniqueArray(path, { minLength: 1, maxLength: 6 }),
      path,
      fc.constantFrom("", "/"),
      fc.constantFrom(...htmlHandlings),
      (files, asked, slash, handling) => {
        const site = siteOf(files, handling);
        const found = site.find(asked + slash);
        if (found === null || !("redirect" in found)) return;
        expect(found.redirect).toMatch(/^\/(?!\/)/);
        expect(site.find(found.redirect)).toHaveProperty("asset");
      },
    ),
  );
});

test("names that objects have are no files", () => {
  expect(["/__proto__", "/constructor", "/"].map((path) => shown(siteOf(["/x"], "none"), path))).toEqual([
    null,
    null,
    null,
  ]);
});

test("content types by extension, and which are worth compressing", () => {
  const typeOf = (path: string) => {
    const found = siteOf([path], "none").find(path);
    return found !== null && "asset" in found ? [found.asset.type, found.asset.isCompressible] : null;
  };
  expect(typeOf("/a.css")).toEqual(["text/css; charset=utf-8", true]);
  expect(typeOf("/a.svg")).toEqual(["image/svg+xml; charset=utf-8", true]);
  expect(typeOf("/a.wasm")).toEqual(["application/wasm", true]);
  expect(typeOf("/a.png")).toEqual(["image/png", false]);
  expect(typeOf("/unknown")).toEqual(["application/octet-stream", false]);
});
