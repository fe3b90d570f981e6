import { type ErrorTable, lines } from "./entry.ts";

/** Errors of a version's static files. */
export const assetErrors = {
  PLINTH_ASSET_PATH: {
    status: 400,
    message: "The asset %s cannot be served: %s. Rename the file, or leave it out of the assets' folder.",
  },
  PLINTH_ASSET_FOLDER: {
    status: 500,
    message: "The folder of the assets cannot be deployed: %s. Correct assets.directory, or what is in the folder.",
  },
  PLINTH_ASSET_LIMIT: {
    status: 413,
    message: lines(
      "The assets have %s, and the limit %s is %s. Leave out what nobody asks for, or ask the operator to raise the",
      "limit.",
    ),
  },
  PLINTH_ASSETS_UPLOAD: {
    status: 400,
    message: lines(
      "The version and its assets do not belong together: %s. Deploy the project's folder (plinth deploy), which sends",
      "both.",
    ),
  },
  PLINTH_ASSETS_MISSING: {
    status: 409,
    message: lines(
      "%s of the version's files are not on the host, or no longer: it drops those that no version has after an hour.",
      "Deploy again, which sends only what the host lacks.",
    ),
  },
} as const satisfies ErrorTable;
