/** `plinth build --why`: what a Go module is made of, as two tables. */

import type { GoSymbol } from "../../runtimes/go/build-tenant.ts";
import { type ModulePart, moduleParts } from "../toolchain/module-parts.ts";
import { table } from "./table.ts";

/** Rows of each table. */
const MOST = 15;

/** What the names that are no packages stand for. */
const explanations = [
  ["tables", "what Go's runtime has to know about the program's functions"],
  ["types", "descriptions of types, for interfaces, maps and reflection"],
  ["strings", "constant strings, and files embedded"],
] as const;

export function describeModule(symbols: readonly GoSymbol[]): string {
  const parts = moduleParts(symbols);
  const packages = table(withRest(parts), [
    { title: "package", value: ({ name }) => name },
    { title: "code", value: ({ code }) => code },
    { title: "data", value: ({ data }) => data },
  ]);
  const notes = explanations.filter(([name]) => parts.some((part) => part.name === name));
  const largest = symbols.filter(({ bytes }) => bytes > 0).slice(0, MOST);
  const biggest = table(largest, [
    { title: "symbol", value: ({ name }) => shortened(name) },
    { title: "kind", value: ({ kind }) => kind },
    { title: "bytes", value: ({ bytes }) => bytes },
  ]);
  return [packages, ...notes.map(([name, text]) => `${name}: ${text}`), "", biggest].join("\n");
}

/** The first rows, and one for all the others. */
function withRest(parts: readonly ModulePart[]): readonly ModulePart[] {
  if (parts.length <= MOST) return parts;
  const rest = parts.slice(MOST);
  const sum = (kind: "code" | "data") => rest.reduce((total, part) => total + part[kind], 0);
  return [...parts.slice(0, MOST), { name: "others", code: sum("code"), data: sum("data") }];
}

/** Type arguments may be longer than any line. */
function shortened(name: string): string {
  const most = 80;
  return name.length > most ? `${name.slice(0, most - 3)}...` : name;
}
