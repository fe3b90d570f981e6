export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number;
}

/**
 * Makes a table with two spaces between columns, numbers to the right, and no space at the ends of lines. It has its title
 * line even without rows.
 */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = rows.map((row) => columns.map((column) => column.value(row)));
  const titles = columns.map((column) => column.title.toUpperCase());
  const texts = [titles, ...cells.map((line) => line.map((cell) => (typeof cell === "number" ? count(cell) : cell)))];
  const widths = titles.map((_, column) => Math.max(...texts.map((line) => line[column]!.length)));
  const right = titles.map((_, column) => cells.length > 0 && cells.every((line) => typeof line[column] === "number"));
  return texts
    .map((line) =>
      line
        .map((text, column) => (right[column] ? text.padStart(widths[column]!) : text.padEnd(widths[column]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Makes a list of properties, one a line. */
export function fields(values: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(values).map((name) => name.length));
  return Object.entries(values)
    .map(([name, value]) => `${name.padEnd(width)}  ${value}`)
    .join("\n");
}

/** Writes 1234567 as 1,234,567. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}
