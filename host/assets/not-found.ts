/** What is shown for a path without a file, as Workers have it. */
export const notFoundHandlings = ["none", "404-page", "single-page-application"] as const;
