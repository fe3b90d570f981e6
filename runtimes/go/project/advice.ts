/** The advice of `plinth build` for a large program: the places of its bytes, and ways to leave some out. */
import type { GoSymbol } from "../build-tenant.ts";
import { moduleParts } from "./module-parts.ts";

/** Bytes of a program from which on its size is worth a note. */
const LARGE_BYTES = 4 << 20;
/** The number of largest parts that are named. */
const NAMED = 3;

/** Packages that a build tag leaves out, with the packages that bring them. */
const leftOut = [{ part: "github.com/ugorji/go/codec", by: "github.com/gin-gonic/gin", tag: "nomsgpack" }] as const;

/** @param bytes of the program */
export function sizeAdvice(symbols: readonly GoSymbol[], bytes: number): string[] {
  if (bytes < LARGE_BYTES) return [];
  const parts = moduleParts(symbols).map(({ name, code, data }) => ({ name, bytes: code + data }));
  const named = parts.slice(0, NAMED).map((part) => `${part.name} ${megabytes(part.bytes)}`);
  const advice = leftOut.flatMap(({ part, by, tag }) => {
    const found = parts.find(({ name }) => name === part);
    if (found === undefined || !parts.some(({ name }) => name === by)) return [];
    return [`${by} brings ${part}, ${megabytes(found.bytes)}. Where it is not used, --tags ${tag} leaves it out`];
  });
  const size = `the program is large, ${megabytes(bytes)}, and its code takes a host several times that in memory`;
  return [`${size}. Its largest parts: ${named.join(", ")}. plinth build --why lists them all`, ...advice];
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
