/** Where a mistake stands in a text, and what a mistake of JSON is called. */

/** Both from 1, the column in UTF-16 units, as editors count. */
export function placeOf(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

/** What jsonc-parser finds, in words: "CommaExpected" is "is not JSON: comma expected". */
export function syntaxText(code: string): string {
  const words = code.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
  return `is not JSON: ${words}`;
}
