/** The place of a mistake in a text, and the words for a mistake of JSON. */

/** Line and column of an offset. Both begin at 1, the column in UTF-16 units, as editors count. */
export function placeOf(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

/** The words for an error of jsonc-parser: "CommaExpected" is "is not JSON: comma expected". */
export function syntaxText(code: string): string {
  const words = code.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
  return `is not JSON: ${words}`;
}
