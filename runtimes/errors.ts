/** The rows that the languages of this clone add to the table of errors. They import nothing: the table is everybody's. */
import { goErrors } from "./go/errors.ts";
import { pythonErrors } from "./python/errors.ts";

export const languageErrors = { ...goErrors, ...pythonErrors };
