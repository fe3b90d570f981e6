import { rewritingProxy } from "../suites/rewriting-proxy.ts";

// The proxy writes the changed attribute anew, and nothing else of its tag.
rewritingProxy(import.meta.dirname, {
  banner: '<p role="note">Preview of &#60;tomorrow&#62;</p>',
  link: '<link rel=stylesheet href="/style.css">',
  anchor: '<A href="/a?x=1&#38;y=2#z">',
});
