/** Python with numpy and pandas in its image. */
import { pythonLanguage } from "../python/make-language.ts";
import { dataProfile } from "../python/profile.ts";

export const language = pythonLanguage(
  { name: "python-data", title: "Python with numpy and pandas", folder: import.meta.dirname },
  dataProfile,
);
