import { type ErrorTable, lines } from "./entry.ts";

/** Errors of outbound fetch. They go to the program, not to its visitors, and tell nothing of the host's network. */
export const fetchErrors = {
  PLINTH_FETCH_REQUEST: {
    status: 400,
    message: "The fetch cannot be made: %s. docs/reference/fetch.md says what a request may hold.",
  },
  PLINTH_FETCH_DENIED: {
    status: 403,
    message: lines(
      'The tenant may not fetch from %s. Add "%s" to fetch.allow in its plinth.jsonc and deploy it again to allow',
      "the host.",
    ),
  },
  PLINTH_FETCH_ADDRESS: {
    status: 403,
    message: lines(
      "The host %s has no public address, and this Plinth does not fetch from private networks. Fetch from a public",
      "host, or ask the operator to add the network to fetchPrivateNetworks.",
    ),
  },
  PLINTH_FETCH_FAILED: {
    status: 502,
    message: "The fetch from %s failed: %s. Check that the server is up and that the URL is right, and try again.",
  },
  PLINTH_FETCH_REDIRECT: {
    status: 502,
    message: lines(
      "The fetch from %s was redirected and cannot follow the redirect: %s. Fetch the final URL, or handle redirects",
      "in the program.",
    ),
  },
  PLINTH_FETCH_TIMEOUT: {
    status: 504,
    message:
      "The fetch from %s did not end within %s ms. Try again, ask for less, or ask the operator to raise fetchTimeoutMs.",
  },
  PLINTH_FETCH_TOO_LARGE: {
    status: 413,
    message: lines(
      "The fetch's %s body is over the limit of %s bytes. Send or ask for less, or ask the operator to raise",
      "fetchBodyLimitBytes.",
    ),
  },
  PLINTH_FETCH_LIMIT: {
    status: 429,
    message:
      "A request may make %s fetches, and this was one more. Make fewer, or ask the operator to raise fetchLimit.",
  },
  PLINTH_FETCH_BUSY: {
    status: 503,
    message: "There is no room for the fetch now: %s. Try again in a few seconds, or make fewer at once.",
  },
} as const satisfies ErrorTable;
