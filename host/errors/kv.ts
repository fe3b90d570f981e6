import { type ErrorTable, lines } from "./entry.ts";

/** Errors of KV, for a tenant's program, a deploy, or a caller of the admin API. */
export const kvErrors = {
  PLINTH_KV_ARGUMENT: {
    status: 400,
    message: "A call of KV has an argument that is not right: %s. docs/reference/kv.md describes each method.",
  },
  PLINTH_KV_KEY: {
    status: 400,
    message: 'A key %s. Use 1 to %s bytes of well-formed Unicode, and neither "." nor "..".',
  },
  PLINTH_KV_VALUE_TOO_LARGE: {
    status: 413,
    message: "The value for %s has %s bytes and the limit is %s. Store it in parts under several keys.",
  },
  PLINTH_KV_METADATA_TOO_LARGE: {
    status: 413,
    message: "The metadata for %s has %s bytes as JSON and the limit is %s. Put long data into the value.",
  },
  PLINTH_KV_READ_TOO_LARGE: {
    status: 413,
    message: "The values of the keys read at once have %s bytes and the limit is %s. Read fewer keys at a time.",
  },
  PLINTH_KV_EXPIRATION: {
    status: 400,
    message: "The value for %s would expire %s. Give a time in whole seconds that is at least %s seconds from now.",
  },
  PLINTH_KV_CONFLICT: {
    status: 412,
    message: lines(
      "The key %s is at revision %s and the write was for revision %s (0: no value). Read the value again, and repeat",
      "the write with its revision.",
    ),
  },
  PLINTH_KV_KEY_NOT_FOUND: {
    status: 404,
    message: "There is no value for %s in %s. It has expired or been deleted, or was never written.",
  },
  PLINTH_KV_NAMESPACE_NAME: {
    status: 400,
    message: lines(
      "%s is not the name of a KV namespace. Use 1 to 63 of A-Z, a-z, 0-9, the hyphen and the underscore, and start",
      "with a letter or a digit; for another tenant's namespace, OWNER/NAME.",
    ),
  },
  PLINTH_KV_NAMESPACE_NOT_FOUND: {
    status: 404,
    message: "There is no KV namespace %s. Deploy a version that names it in its manifest, or create it.",
  },
  PLINTH_KV_NAMESPACE_LIMIT: {
    status: 409,
    message:
      "The tenant %s has %s KV namespaces, the most that a tenant may have. Delete one, or use prefixes of keys.",
  },
  PLINTH_KV_GRANT_LIMIT: {
    status: 409,
    message:
      "The tenant %s has granted its KV namespaces %s times, the most that a tenant may. Revoke grants that are not used.",
  },
  PLINTH_KV_UNBOUND: {
    status: 404,
    message: lines(
      "The version that runs has no KV namespace under the name %s. Name it under kv in plinth.jsonc; another",
      "tenant's namespace must be granted, and a grant can be revoked.",
    ),
  },
  PLINTH_KV_NOT_GRANTED: {
    status: 403,
    message: "The KV namespace %s is not granted to the tenant %s. Have its owner grant it, and deploy again.",
  },
  PLINTH_KV_READ_ONLY: {
    status: 403,
    message: "The KV namespace %s is granted for reading only. Have its owner grant it for writing, too.",
  },
  PLINTH_KV_STORAGE_LIMIT: {
    status: 507,
    message: lines(
      "The write would bring the KV namespaces of the tenant %s over %s MiB. Delete data that is not needed, or ask the",
      "operator to raise the limit kvStorageMib.",
    ),
  },
  PLINTH_KV_UNAVAILABLE: {
    status: 503,
    message: lines(
      "KV cannot use its file at the moment. Try again later; the host's log has the reason and the remedy for",
      "its operator.",
    ),
  },
  PLINTH_KV_BUSY: {
    status: 503,
    message: "KV gets more writes at the moment than the disk can take. Try again.",
  },
} as const satisfies ErrorTable;
