/** The language Python. */
import { pythonLanguage } from "./make-language.ts";
import { webProfile } from "./profile.ts";

export const language = pythonLanguage({ name: "python", title: "Python", folder: import.meta.dirname }, webProfile);
