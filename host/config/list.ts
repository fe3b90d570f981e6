/** Reads a list from an environment variable, with commas between its items. */
export function listOf(text: string): string[] {
  return text === "" ? [] : text.split(",").map((part) => part.trim());
}
