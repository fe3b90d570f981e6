/** Sums up a Go module's functions and data by their packages. */
import type { GoSymbol } from "../build-tenant.ts";

export interface ModulePart {
  /** Import path of a package, or "tables", "strings" or "types" for the linker's own parts. */
  readonly name: string;
  /** Size of the functions, bytes. */
  readonly code: number;
  readonly data: number;
}

/**
 * The linker's tables about the whole program, by the beginning of the symbol's name. The runtime itself is in the base. A
 * program's symbols of package runtime are tables about the program's own functions.
 */
const made: readonly (readonly [prefix: string, part: string])[] = [
  ["go:string.", "strings"],
  ["type:", "types"],
  ["go:itab.", "types"],
  ["go:buildinfo", "tables"],
  ["go:", "tables"],
  ["gclocals", "tables"],
  ["local.", "tables"],
  ["runtime.", "tables"],
];

/** Sorts parts, the biggest first. */
export function moduleParts(symbols: readonly GoSymbol[]): readonly ModulePart[] {
  const parts = new Map<string, { code: number; data: number }>();
  for (const { kind, name, bytes } of symbols) {
    const part = partOf(name);
    const sum = parts.get(part) ?? { code: 0, data: 0 };
    sum[kind] += bytes;
    parts.set(part, sum);
  }
  return [...parts]
    .map(([name, sum]) => ({ name, ...sum }))
    .filter(({ code, data }) => code + data > 0)
    .sort((a, b) => b.code + b.data - (a.code + a.data));
}

/**
 * The import path ends at the first dot after its last slash, because the linker writes dots in that part as %2e. Type
 * arguments may contain slashes and are ignored, because an instance belongs to the package of the generic function.
 */
export function partOf(symbol: string): string {
  const name = symbol.replace(/\[.*/s, "");
  const part = made.find(([prefix]) => name.startsWith(prefix));
  if (part !== undefined) return part[1];
  const dot = name.indexOf(".", name.lastIndexOf("/") + 1);
  return (dot < 0 ? name : name.slice(0, dot)).replaceAll("%2e", ".");
}
