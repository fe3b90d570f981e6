import { type KeyObject, sign } from "node:crypto";

/** Encodes JSON as a part of a token. */
export const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Makes a JSON Web Token as an issuer does (RFC 7515, section 3.1). @param header names the algorithm of the key */
export function signedToken(header: object, claims: object, key: KeyObject): string {
  const text = `${encoded(header)}.${encoded(claims)}`;
  const hash = key.asymmetricKeyType === "ed25519" ? null : "sha256";
  return `${text}.${sign(hash, Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}
