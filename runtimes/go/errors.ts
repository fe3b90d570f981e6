/** The errors of Go alone, as rows of the table in host/errors.ts. */
export const goErrors = {
  PLINTH_GO_MISSING: {
    status: 500,
    message:
      "Building Go programs needs Go, which cannot be run: %s. Install one of these versions and put go into PATH: %s.",
  },
  PLINTH_GO_VERSION: {
    status: 500,
    message:
      "Plinth has no linker for %s. It has one for each of these versions: %s; install one, or choose it with GOTOOLCHAIN.",
  },
} as const;
