import { type KeyObject, sign } from "node:crypto";

/** JSON as a part of a token has it. */
export const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A JSON Web Token as an issuer makes it: RFC 7515, section 3.1. @param header with the algorithm that fits the key */
export function signedToken(header: object, claims: object, key: KeyObject): string {
  const text = `${encoded(header)}.${encoded(claims)}`;
  const hash = key.asymmetricKeyType === "ed25519" ? null : "sha256";
  return `${text}.${sign(hash, Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}
