import { rewritingProxy } from "../suites/rewriting-proxy.ts";

// The proxy writes a changed tag anew, with its name in lower case and its attributes in double quotes.
rewritingProxy(import.meta.dirname, {
  banner: '<p role="note">Preview of &lt;tomorrow&gt;</p>',
  link: '<link rel="stylesheet" href="/style.css">',
  anchor: '<a href="/a?x=1&amp;y=2#z">',
});
