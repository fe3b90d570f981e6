import { type ErrorTable, lines } from "./entry.ts";

/** Errors about rights at the admin API. */
export const accessErrors = {
  PLINTH_FORBIDDEN: {
    status: 403,
    message: "The token in use is for the tenant %s alone and may not do this. Ask the operator, or use another token.",
  },
  PLINTH_TOKEN_NOT_FOUND: {
    status: 404,
    message: "There is no token with the id %s. GET /v1/tokens (plinth token list) lists them.",
  },
  PLINTH_TOKEN_LIMIT: {
    status: 409,
    message: lines(
      "There are %s tokens for %s already, the most that there may be. Delete unused tokens, or raise the limit",
      "tokenLimit.",
    ),
  },
  PLINTH_ADMIN_RATE: {
    status: 429,
    message:
      "The token makes more than %s calls a second. Wait for the seconds in the header retry-after, and call again.",
  },
  PLINTH_TAILS: {
    status: 429,
    message: "The log of the tenant %s already has %s live views. End one of them first.",
  },
  PLINTH_BODIES: {
    status: 429,
    message:
      "Uploads and downloads with tokens of this kind hold too much memory. Try again when some of them have ended.",
  },
  PLINTH_CRON_UNSUPPORTED: {
    status: 501,
    message: lines(
      "A WASI command has no scheduled handlers. Build the program with plinth build, or take the crons out of its",
      "plinth.jsonc.",
    ),
  },
} as const satisfies ErrorTable;
