import { expect, test } from "vitest";
import { putPage, siteFromKv, textOf } from "../suites/site-from-kv.ts";

const markup = {
  about: ["<title>About &#60;us&#62; · A site from KV</title>", "<p>We make <em>bases</em>.</p>"],
  layout: "<!doctype html><title>{{title}}</title><body class=new>{{content}}</body>",
  laidOut: "<!doctype html><title>Docs · A site from KV</title><body class=new>",
};

siteFromKv(import.meta.dirname, markup, (example) => {
  test("the front page has links to names of any letters", async () => {
    await putPage(example, "über uns.md", "# We");
    expect(await textOf(example, "/")).toContain('<a href="/%C3%BCber%20uns">über uns</a>');
  });
});
