/** The answer of `plinth dev` to a failed request: the reason, the place in the source, the stack, and the log. */
import { isIP } from "node:net";
import type { ErrorPages } from "../../../ingress/error-pages.ts";
import type { Project } from "../../../toolchain/project.ts";
import { viewOf } from "./failed-view.ts";
import { errorHtml, policy } from "./html.ts";
import { errorText } from "./text.ts";

/**
 * @param buildFailure gives the reason for which the last build or deploy failed; null if it did not
 */
export function errorPages(project: Project, buildFailure: () => string | null): ErrorPages {
  return async (failed) => {
    if (!isOfThisMachine(failed.host) || prefersJson(failed.accept)) return null;
    const view = await viewOf(failed, project, buildFailure());
    const headers = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
    if (!/\btext\/html\b/i.test(failed.accept)) {
      return { type: "text/plain; charset=utf-8", headers, body: errorText(view) };
    }
    const body = errorHtml(view);
    return { type: "text/html; charset=utf-8", headers: { ...headers, "content-security-policy": policy }, body };
  };
}

/**
 * Whether a host's name is an IP address or a name of localhost. A foreign web page can give its own name this machine's
 * address and read the answers ("DNS rebinding"). It cannot do so with these names.
 */
function isOfThisMachine(host: string): boolean {
  const hostname = host.replace(/:[0-9]*$/, "").toLowerCase();
  return isIP(hostname.replace(/^\[|\]$/g, "")) !== 0 || /(^|\.)localhost$/.test(hostname);
}

/** Whether a client prefers JSON. It then gets the same answer as from every host. */
function prefersJson(accept: string): boolean {
  return /^\s*application\/([\w.+-]+\+)?json\b/i.test(accept);
}
