import { type ErrorTable, lines } from "./entry.ts";

/** Errors of the manifest, of limits, secrets and gradual rollout. */
export const manifestErrors = {
  PLINTH_MANIFEST_INVALID: {
    status: 400,
    message: "The manifest is not right (docs/reference/manifest.md lists what it can say). Correct this: %s.",
  },
  PLINTH_WRANGLER_CONFIG: {
    status: 400,
    message: "Plinth cannot take %s as it is. Change this (docs/guides/from-workers.md says what Plinth takes): %s.",
  },
  PLINTH_ENVIRONMENT: {
    status: 400,
    message: "%s has no environment %s; %s. Name one that is there with --env, or leave --env out.",
  },
  PLINTH_MANIFEST_LIMIT: {
    status: 422,
    message: lines(
      "The manifest's limits.%s is %s, and the operator allows the tenant %s. Ask for less in the manifest, or ask",
      "the operator to raise the limit.",
    ),
  },
  PLINTH_SECRET_NOT_FOUND: {
    status: 404,
    message: "The tenant %s has no secret %s. GET /v1/tenants/NAME/secrets (plinth secret list) lists their names.",
  },
  PLINTH_SECRET_NAME: {
    status: 400,
    message: "%s is not a secret's name. Use letters, digits, _ and $, no digit first, at most 128 of them.",
  },
  PLINTH_SECRET_EMPTY: {
    status: 400,
    message: "The secret %s would be empty. Check where its value comes from; plinth secret delete removes a secret.",
  },
  PLINTH_SECRET_LIMIT: {
    status: 413,
    message: "The limit of %s is %s. Delete secrets that nobody needs, or keep larger data in a KV namespace.",
  },
  PLINTH_SECRET_READ_AT_START: {
    status: 409,
    message: lines(
      "%s reads %s %s at its start-up, in %s. Start-up code runs at the deploy, gets no secrets, and would keep the empty",
      "value for all requests. Read it in the request handler, or in a function that the handler calls, and deploy again.",
    ),
  },
  PLINTH_SECRET_KEY: {
    status: 500,
    message:
      "The key file %s of the tenants' secrets cannot be used: %s. docs/reference/secrets.md tells what belongs there.",
  },
  PLINTH_SECRET_UNREADABLE: {
    status: 503,
    message: lines(
      "The host cannot read a secret of the tenant %s: the key that it was encrypted with is not there. Its owner",
      "should set the tenant's secrets again, or the operator bring the key back.",
    ),
  },
  PLINTH_ROLLOUT: {
    status: 409,
    message: "This version cannot get a share of the traffic: %s. Activate a version first, and roll out another one.",
  },
  PLINTH_VERSION_IN_ROLLOUT: {
    status: 409,
    message: "Version %s of the tenant %s has a share of the traffic. End the rollout before deleting it.",
  },
} as const satisfies ErrorTable;
