/** `URLPattern` (URL Pattern standard). */
import { URLPattern } from "urlpattern-polyfill/urlpattern";
import { defineGlobals } from "./define-globals.ts";

defineGlobals({ URLPattern });
