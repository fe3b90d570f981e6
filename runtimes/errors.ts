/**
 * The rows that the languages of this clone add to the table of errors. They import nothing, because every part of
 * Plinth reads the table.
 */
import { goErrors } from "./go/errors.ts";
import { pythonErrors } from "./python/errors.ts";

export const languageErrors = { ...goErrors, ...pythonErrors };
