/** The common pieces of the parts of the manifest's schema. */

export const closed = { additionalProperties: false };

/** Items of any list and names of any object of a manifest. */
export const MOST_ENTRIES = 100;

/** A name of a program's environment, `env.NAME`. It is ASCII, so that it can name an environment variable. */
export const environmentName = {
  pattern: "^(?!__proto__$)[A-Za-z_$][A-Za-z0-9_$]*$",
  maxLength: 128,
  patternErrorMessage: "a JavaScript identifier of letters, digits, _ and $, such as API_KEY",
};

const environmentNamePattern = new RegExp(environmentName.pattern);

export function isEnvironmentName(text: string): boolean {
  return environmentNamePattern.test(text) && text.length <= environmentName.maxLength;
}
