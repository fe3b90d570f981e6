import type { Explanation } from "../../runtimes/project.ts";
import { table } from "./table.ts";

/** The text of `plinth build --why` for people: the tables with their notes, a line apart. */
export function explanationText({ tables }: Explanation): string {
  return tables
    .map(({ columns, rows, notes = [] }) => {
      const cells = columns.map((title, column) => ({ title, value: (row: (typeof rows)[number]) => row[column]! }));
      return [table(rows, cells), ...notes].join("\n");
    })
    .join("\n\n");
}
