import { syntaxError } from "./crypto-errors.ts";

const all = ["encrypt", "decrypt", "sign", "verify", "deriveKey", "deriveBits", "wrapKey", "unwrapKey"];

/** A list of usages in the order of the standard, each once. @throws TypeError */
export function usagesFrom(value: unknown): string[] {
  if (typeof value !== "object" || value === null) throw new TypeError("The usages of a key are not a list");
  const given = [...(value as Iterable<unknown>)].map((usage) => `${usage}`);
  const unknown = given.find((usage) => !all.includes(usage));
  if (unknown !== undefined) throw new TypeError(`${unknown} is no usage of a key`);
  return all.filter((usage) => given.includes(usage));
}

/** @throws SyntaxError if a key would get a usage that its kind does not have */
export function checkUsages(usages: readonly string[], possible: readonly string[], name: string): void {
  const wrong = usages.find((usage) => !possible.includes(usage));
  if (wrong === undefined) return;
  const offered = possible.length ? `its usages are ${possible.join(", ")}` : "it has no usages";
  throw syntaxError(`A key of ${name} is not for ${wrong}: ${offered}`);
}

/** @throws SyntaxError if a secret or private key could not be used for anything */
export function checkUseful(usages: readonly string[]): void {
  if (usages.length === 0) throw syntaxError("The usages of a secret or private key are empty");
}
