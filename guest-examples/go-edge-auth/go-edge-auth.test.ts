import { generateKeyPairSync } from "node:crypto";
import { edgeAuth } from "../suites/edge-auth.ts";
import { encoded, signedToken } from "../suites/tokens.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const other = generateKeyPairSync("ed25519").privateKey;
const audience = "https://app.example.com";
const now = Math.floor(Date.now() / 1000);
const good = { sub: "ada", aud: audience, exp: now + 600 };

const token = (claims: object, { key = privateKey, alg = "EdDSA" } = {}) => signedToken({ alg }, claims, key);
const [header, , signature] = token(good).split(".");

const bearer = (of: string) => ({ authorization: `Bearer ${of}` });
const bad = (name: string, of: string, reason: RegExp) =>
  [name, bearer(of), 'Bearer error="invalid_token"', reason] as const;

edgeAuth(import.meta.dirname, {
  vars: { AUDIENCE: audience, ISSUER_KEY: publicKey.export({ format: "jwk" }).x! },
  good: async () => bearer(token(good)),
  passedOn: { authorization: undefined },
  bad: [
    ["no credentials", {}, "Bearer", /send a token/],
    bad("what is no token", "abc", /three parts/),
    bad("no Base64", "a.b.***", /signature is wrong/),
    bad("changed claims", `${header}.${encoded({ ...good, sub: "eve" })}.${signature}`, /signature is wrong/),
    bad("another issuer's", token(good, { key: other }), /signature is wrong/),
    bad("no signature", `${encoded({ alg: "none" })}.${encoded(good)}.`, /signature is wrong/),
    bad("another algorithm", token(good, { alg: "HS256" }), /not done here/),
    bad("an expired one", token({ ...good, exp: now - 1 }), /has expired/),
    bad("one without an end", token({ ...good, exp: undefined }), /has expired/),
    bad("one for others", token({ ...good, aud: "https://other.example" }), /for others/),
    bad("one of nobody", token({ ...good, sub: "" }), /nobody/),
  ],
});
