/**
 * Custom section of a component with the program's source map: JSON (version 3), compressed with raw DEFLATE (RFC 1951).
 * `plinth build` writes it; the deploy reads it, for the stacks in the tenant's log.
 */
export const SOURCE_MAP_SECTION = "plinth:source-map";
