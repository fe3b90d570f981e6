/** All kinds of hostile tenants, and the languages that they are written in. */
import { goIsInstalled } from "../../support/go.ts";
import { go } from "./go.ts";
import { javascript } from "./javascript.ts";
import type { Kind } from "./kind.ts";
import { staticKinds } from "./static.ts";
import { wasi } from "./wasi.ts";

/** The kinds by language. On a machine without Go there are none in Go. */
export const kinds = {
  JavaScript: javascript,
  Go: goIsInstalled ? go : [],
  static: staticKinds,
  CGI: wasi,
} satisfies Readonly<Record<string, readonly Kind[]>>;

/** Every kind, in the order of the languages. */
export const everyKind: readonly Kind[] = Object.values(kinds).flat();
