/** The languages of this clone. One that lies in a folder outside is added by outside.ts. */
import { language as go } from "./go/language.ts";
import { language as javascript } from "./js/language.ts";
import { Languages } from "./languages.ts";
import { language as python } from "./python/language.ts";
import { language as pythonData } from "./python-data/language.ts";

export const builtIn = new Languages([javascript, go, python, pythonData]);

/** Runtimes that every installation has, without which a host does not start: "plinth:js". */
export const neededRuntimes: readonly string[] = builtIn.all
  .filter((language) => !language.package.onDemand)
  .map(({ runtime }) => runtime);
