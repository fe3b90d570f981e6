/** `URLPattern` (URL Pattern standard). */
export { URLPattern } from "urlpattern-polyfill/urlpattern";
