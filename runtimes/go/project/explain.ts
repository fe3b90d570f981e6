/** `plinth build --why` prints the parts of a Go module as two tables. */
import type { Explanation } from "../../project.ts";
import type { GoSymbol } from "../build-tenant.ts";
import { type ModulePart, moduleParts } from "./module-parts.ts";

/** Number of rows of each table. */
const MOST = 15;

/** Explains the names that are no packages. */
const explanations = [
  ["tables", "tables of the program's functions, for Go's runtime"],
  ["types", "descriptions of types, for interfaces, maps and reflection"],
  ["strings", "constant strings, and files embedded"],
] as const;

export function explain(symbols: readonly GoSymbol[]): Explanation {
  const parts = moduleParts(symbols);
  const notes = explanations.filter(([name]) => parts.some((part) => part.name === name));
  const largest = symbols.filter(({ bytes }) => bytes > 0).slice(0, MOST);
  return {
    data: { symbols },
    tables: [
      {
        columns: ["package", "code", "data"],
        rows: withRest(parts).map(({ name, code, data }) => [name, code, data]),
        notes: notes.map(([name, text]) => `${name}: ${text}`),
      },
      {
        columns: ["symbol", "kind", "bytes"],
        rows: largest.map(({ name, kind, bytes }) => [shortened(name), kind, bytes]),
      },
    ],
  };
}

/** Keeps the first rows, and sums up the others in one row. */
function withRest(parts: readonly ModulePart[]): readonly ModulePart[] {
  if (parts.length <= MOST) return parts;
  const rest = parts.slice(MOST);
  const sum = (kind: "code" | "data") => rest.reduce((total, part) => total + part[kind], 0);
  return [...parts.slice(0, MOST), { name: "others", code: sum("code"), data: sum("data") }];
}

/** Shortens a name, because type arguments may be longer than any line. */
function shortened(name: string): string {
  const most = 80;
  return name.length > most ? `${name.slice(0, most - 3)}...` : name;
}
