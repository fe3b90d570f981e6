import { siteFromKv } from "../suites/site-from-kv.ts";

siteFromKv(import.meta.dirname, {
  about: ["<title>about · A site from KV</title>", "<h1>About <us></h1>\n\n<p>We make <em>bases</em>.</p>"],
  layout: "<!doctype html><title>{{.Title}}</title><body class=new>{{.Content}}</body>",
  laidOut: "<!doctype html><title>index</title><body class=new>",
});
