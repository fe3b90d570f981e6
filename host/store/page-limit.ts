const pageSize = { default: 100, largest: 1000 };
/** Versions of the largest page, because a version may bring 64 KiB of configuration. */
const LARGEST_VERSION_PAGE = 100;

/** Number of entries of a page: the number that a caller has asked for, within the bounds. */
export function limitOf({ limit = pageSize.default }: { readonly limit?: number }): number {
  return Math.min(Math.max(limit, 1), pageSize.largest);
}

export function versionLimitOf(options: { readonly limit?: number }): number {
  return Math.min(limitOf(options), LARGEST_VERSION_PAGE);
}
