/** Limits of KV. Where Workers KV has a limit, it is the same. docs/reference/kv.md lists them. */
import { MIB } from "../../config/limits.ts";

/** Bytes of a key in UTF-8. */
export const KEY_BYTES = 512;

/** Bytes of a value. */
export const VALUE_BYTES = 25 * MIB;

/** Bytes of a value's metadata as JSON. */
export const METADATA_BYTES = 1024;

/** Seconds from a put to the earliest time at which its value can expire. */
export const SHORTEST_TTL_SECONDS = 60;

/** The most keys of a page of a listing, and the default. */
export const LIST_KEYS = 1_000;

/** Keys read by one call. */
export const READ_KEYS = 100;

/** Bytes of the values read by one call. One value of any size can be read. @alias */
export const READ_BYTES = VALUE_BYTES;

/** Namespaces of a tenant. */
export const NAMESPACES_PER_TENANT = 1_000;

/** Grants that a tenant has given for its namespaces, all together. */
export const GRANTS_PER_TENANT = 1_000;

/** Bytes that the database adds to each key, and that count besides key, value and metadata. */
export const ENTRY_BYTES = 64;

/** Keys written or deleted by one call of the admin API. They are one transaction. */
export const BULK_KEYS = 10_000;

/** Bytes of the JSON of a bulk put or delete. It is parsed in the main thread: 8 MiB hold that up for 40 to 150 ms. */
export const BULK_BODY_BYTES = 8 * MIB;

/** Bytes of writes, over all tenants, that wait for the disk in memory. */
export const PENDING_BYTES = 256 * MIB;

/** The part of `PENDING_BYTES` that one tenant's writes may take. */
export const PENDING_BYTES_PER_TENANT = 64 * MIB;

/** Writes of one tenant that wait for the disk. */
export const PENDING_WRITES_PER_TENANT = 10_000;
