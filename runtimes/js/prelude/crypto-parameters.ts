/** The parameters of algorithms. The program's values are converted as Web IDL says, member by member. */
import { bytesFrom } from "./crypto-bytes.ts";
import { notSupported } from "./crypto-errors.ts";
import { stateOf } from "./crypto-key.ts";
import { define, toUpperCase } from "./intrinsics.ts";

/** A kind with "?" may be missing. */
type Kind = "bytes" | "bytes?" | "hash" | "octet" | "octet?" | "short" | "long" | "long?" | "text" | "key" | "exponent";
export type Spec = Readonly<Record<string, Kind>>;
// biome-ignore lint/suspicious/noExplicitAny: each algorithm reads the members that its own spec names.
export type Parameters = Readonly<Record<string, any>> & { readonly name: string };

const largest = { octet: 0xff, short: 0xffff, long: 0xffffffff } as const;
const hashes: Readonly<Record<string, string>> = {
  __proto__: null as never,
  "SHA-1": "SHA-1",
  "SHA-256": "SHA-256",
  "SHA-384": "SHA-384",
  "SHA-512": "SHA-512",
};

/** The name of an algorithm, given as a text or as an object with `name`. @throws TypeError */
export function nameOf(algorithm: unknown): string {
  if (typeof algorithm !== "object" && typeof algorithm !== "function") return `${algorithm}`;
  const name = (algorithm as { name?: unknown } | null)?.name;
  if (name === undefined) throw new TypeError("The algorithm has no name");
  return `${name}`;
}

/** @throws NotSupportedError for a hash that keys cannot have */
function hashOf(algorithm: unknown): string {
  const name = nameOf(algorithm);
  const found = hashes[toUpperCase(name)];
  if (found === undefined)
    throw notSupported(`The hash ${name} is not supported: use SHA-1, SHA-256, SHA-384 or SHA-512`);
  return found;
}

/** @throws TypeError */
export function readParameters(name: string, given: unknown, spec: Spec): Parameters {
  const read: Record<string, unknown> = { name };
  const members = (typeof given === "object" && given !== null ? given : {}) as Record<string, unknown>;
  for (const [member, kind] of Object.entries(spec)) {
    const value = members[member];
    const optional = kind[kind.length - 1] === "?";
    if (value === undefined && !optional) throw new TypeError(`The parameters of ${name} have no "${member}"`);
    if (value !== undefined) define(read, member, convert(value, optional ? kind.slice(0, -1) : kind, member));
  }
  return read as Parameters;
}

function convert(value: unknown, kind: string, member: string): unknown {
  switch (kind) {
    case "bytes":
      return bytesFrom(value, `"${member}"`);
    case "hash":
      return hashOf(value);
    case "text":
      return `${value}`;
    case "key":
      return stateOf(value);
    case "exponent":
      if (!(value instanceof Uint8Array)) throw new TypeError(`"${member}" is not a Uint8Array`);
      return new Uint8Array(value);
    default:
      return integer(value, largest[kind as keyof typeof largest], member);
  }
}

/** Converts a value to an integer with [EnforceRange]. */
export function integer(value: unknown, most: number, what: string): number {
  const number = Math.trunc(Number(value));
  if (!(number >= 0 && number <= most)) throw new TypeError(`"${what}" is not an integer from 0 to ${most}`);
  return number;
}
