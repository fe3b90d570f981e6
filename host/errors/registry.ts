import { type ErrorTable, lines } from "./entry.ts";

/** Errors of tenants, versions, the admin API, and the data folder that holds them. */
export const registryErrors = {
  PLINTH_TENANT_NOT_FOUND: {
    status: 404,
    message: "There is no tenant %s. GET /v1/tenants (plinth tenant list) lists them.",
  },
  PLINTH_TENANT_EXISTS: {
    status: 409,
    message: "There is a tenant %s already. Choose another name, or upload a new version to it.",
  },
  PLINTH_TENANT_USED: {
    status: 409,
    message: lines(
      "The tenant %s is in use: it has %s versions, %s tokens and %s secrets. Leave out unused=true to delete it with",
      "all that it has.",
    ),
  },
  PLINTH_TENANT_NAME: {
    status: 400,
    message:
      "%s is not a tenant's name. Use 1 to 63 of a-z, 0-9 and the hyphen, with no hyphen at the start or the end.",
  },
  PLINTH_HOSTNAME: {
    status: 400,
    message: lines(
      "%s is not a hostname that a tenant can have. Use a DNS name without port, wildcard or trailing dot, at most",
      "253 characters, that is not an IP address.",
    ),
  },
  PLINTH_HOSTNAME_TAKEN: {
    status: 409,
    message: "The hostname %s belongs to another tenant. Take it from that tenant first.",
  },
  PLINTH_HOSTNAME_RESERVED: {
    status: 400,
    message: lines(
      "The hostname %s %s and cannot be a tenant's custom hostname. Use a hostname that is neither the host's nor in",
      "its domain.",
    ),
  },
  PLINTH_HOSTNAME_NOT_GRANTED: {
    status: 403,
    message: lines(
      "The hostname %s is not granted to the tenant %s. Ask the operator to set it (plinth route add), or use a name",
      "that the setting tenantHostnameSuffixes opens.",
    ),
  },
  PLINTH_VERSION_NOT_FOUND: {
    status: 404,
    message: "The tenant %s has no version %s. GET /v1/tenants/NAME/versions (plinth version list) lists them.",
  },
  PLINTH_VERSION_ACTIVE: {
    status: 409,
    message: "Version %s of the tenant %s is active. Activate another version before deleting it.",
  },
  PLINTH_VERSION_LIMIT: {
    status: 409,
    message: lines(
      "The tenant %s has %s versions, the most that it may have. Delete old ones (plinth version delete), or ask the",
      "operator to raise the limit versionCount.",
    ),
  },
  PLINTH_VERSION_STORAGE_LIMIT: {
    status: 409,
    message: lines(
      "The version would bring the files of the tenant %s over %s bytes. Delete old versions (plinth version delete),",
      "or ask the operator to raise the limit versionStorageMib.",
    ),
  },
  PLINTH_NO_PREVIOUS_VERSION: {
    status: 409,
    message: "No version of the tenant %s was active before this one. Activate the version you want by its number.",
  },
  PLINTH_VERSION_STALE: {
    status: 503,
    message: lines(
      "Version %s of the tenant %s was made on another build of the runtime %s and cannot be switched in. Deploy the",
      "tenant again.",
    ),
  },
  PLINTH_UNAUTHORIZED: {
    status: 401,
    message: lines(
      "The request has no valid bearer token. Send Authorization: Bearer TOKEN with the token that the host wrote to",
      "admin-token in its data folder.",
    ),
  },
  PLINTH_ORIGIN_REFUSED: {
    status: 403,
    message: lines(
      "The admin API does not answer requests with the %s %s. Call it by the address it listens on, and not from a",
      "web page of another origin.",
    ),
  },
  PLINTH_BAD_REQUEST: {
    status: 400,
    message: "The request is not right: %s. docs/reference/admin-api.md describes what each route takes.",
  },
  PLINTH_CONTENT_TYPE: {
    status: 415,
    message: "The request's body has the type %s. Send it as %s.",
  },
  PLINTH_NOT_FOUND: {
    status: 404,
    message: "The admin API has no route %s %s. docs/reference/admin-api.md lists them.",
  },
  PLINTH_INTERNAL: {
    status: 500,
    message: "The host failed unexpectedly. Its log has the details; please report it.",
  },
  PLINTH_BACKUP: {
    status: 500,
    message: "The backup in %s cannot be made: %s. docs/reference/data-folder.md says what a backup needs.",
  },
  PLINTH_RESTORE: {
    status: 500,
    message: "The backup %s cannot be restored: %s. docs/reference/data-folder.md says what a backup has.",
  },
  PLINTH_DATA_LOCKED: {
    status: 500,
    message: "Another process uses the data folder %s. Stop it, or give this one a folder of its own.",
  },
  PLINTH_DATA_VERSION: {
    status: 500,
    message: lines(
      "The data folder %s was written by a newer Plinth (format %s; this one knows up to %s). Run the newer Plinth or",
      "restore a backup.",
    ),
  },
  PLINTH_DATA_FOLDER: {
    status: 500,
    message: lines(
      "The data folder %s is not whole: %s. The host does not start, so that nothing is lost. Put the missing",
      "parts back, or restore the whole folder from a backup; docs/reference/data-folder.md says how to go on without",
      "one.",
    ),
  },
  PLINTH_DATABASE: {
    status: 500,
    message: "The database %s cannot be used: %s. Where the file is damaged, restore it from a backup.",
  },
  PLINTH_DATA_UNAVAILABLE: {
    status: 503,
    message: lines(
      "The host cannot use a file of its data folder at the moment. Try again later; the host's log tells its operator",
      "which file it is and what to do.",
    ),
  },
  PLINTH_DISK_FULL: {
    status: 507,
    message: lines(
      "The disk of the host's data folder is full, and nothing was changed. Delete old versions and values that",
      "are not needed, or have the operator make room.",
    ),
  },
  PLINTH_BLOB_CORRUPT: {
    status: 500,
    message: lines(
      "The stored file of blob %s is missing or damaged. Deploy the version again, which writes it anew, or restore",
      "the data folder from a backup.",
    ),
  },
  PLINTH_CONFIG: {
    status: 500,
    message:
      "The setting %s (from %s) is wrong: %s. docs/reference/configuration.md lists the settings and their values.",
  },
  PLINTH_CERTIFICATE: {
    status: 500,
    message: lines(
      "The certificate in %s cannot be used: %s. The folder needs fullchain.pem and privkey.pem, or tls.crt and tls.key",
      "(docs/reference/ingress.md).",
    ),
  },
  PLINTH_CONFIG_FILE: {
    status: 500,
    message: "The configuration file %s cannot be read: %s. Correct it, or name another with --config.",
  },
} as const satisfies ErrorTable;
