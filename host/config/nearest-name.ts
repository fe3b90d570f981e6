import { closest, distance } from "fastest-levenshtein";

/** The advice for an unknown name: the name that was probably meant, or all names. */
export function nearestName(name: string, known: readonly string[]): string {
  if (known.length === 0) return "there is none";
  const lowerCase = name.toLowerCase();
  const nearest = known.find((other) => other.toLowerCase() === lowerCase) ?? closest(name, [...known]);
  // A nearer name is a slip of the keyboard. Other names are other words.
  return distance(lowerCase, nearest.toLowerCase()) <= Math.max(2, name.length / 3)
    ? `did you mean ${JSON.stringify(nearest)}?`
    : `expected one of ${known.join(", ")}`;
}
