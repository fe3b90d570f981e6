/** The hash functions by their names in Web Crypto, with node:crypto's names. */
import { Type } from "#typebox";

const names = {
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
} as const;

export type Hash = keyof typeof names;

export const hash = Type.Enum(Object.keys(names) as Hash[]);

export const nodeHash = (name: Hash): string => names[name];

export const hashBytes = { "SHA-1": 20, "SHA-256": 32, "SHA-384": 48, "SHA-512": 64 } as const satisfies Record<
  Hash,
  number
>;
