/** The answer for a path without a file, as in Workers. */
export const notFoundHandlings = ["none", "404-page", "single-page-application"] as const;
