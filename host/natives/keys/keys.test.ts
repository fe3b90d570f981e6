/** Keys, signatures and agreement. Known answers: RFC 8032 (Ed25519), RFC 7748 (X25519), RFC 7515 (RS256's key). */
import {
  constants,
  createECDH,
  generateKeyPairSync,
  type KeyObject,
  sign as signBy,
  verify as verifyBy,
} from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ascii, bytesOf, call, hex, refusalOf } from "../natives.fixture.ts";

const purpose = { use: "sig", algs: [], usages: [], extractable: true };
const json = (jwk: object) => Buffer.from(JSON.stringify(jwk));
const fromJwk = (kind: string, jwk: object, more: object = {}) =>
  call("key-import", { kind, format: "jwk", purpose: { ...purpose, ...more } }, json(jwk)).body!;
const base64url = (text: string) => Buffer.from(text, "hex").toString("base64url");
const pkcs8 = (key: KeyObject) => key.export({ format: "der", type: "pkcs8" });
const spki = (key: KeyObject) => key.export({ format: "der", type: "spki" });

describe("known answers", () => {
  test("Ed25519, the second test of RFC 8032", () => {
    const d = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
    const x = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    const signature =
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb" +
      "3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
    const key = fromJwk("Ed25519", { kty: "OKP", crv: "Ed25519", d: base64url(d), x: base64url(x) });
    const named = { scheme: "Ed25519", kind: "Ed25519", saltBytes: 0 };
    expect(bytesOf("sign", named, key, hex("72"))).toBe(signature);
    const open = call("key-import", { kind: "Ed25519", format: "raw" }, hex(x)).body!;
    expect(call("verify", named, open, hex(signature), hex("72")).value).toBe(true);
    expect(call("verify", named, open, hex(signature), hex("73")).value).toBe(false);
    expect(call("verify", named, open, hex(signature).subarray(1), hex("72")).value).toBe(false);
  });

  test("X25519, the secret that Bob shares with Alice in RFC 7748", () => {
    const own = {
      kty: "OKP",
      crv: "X25519",
      d: base64url("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"),
      x: base64url("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"),
    };
    const alice = hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    const other = call("key-import", { kind: "X25519", format: "raw" }, alice).body!;
    expect(bytesOf("shared-secret", { kind: "X25519" }, fromJwk("X25519", own), other)).toBe(
      "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
    );
  });
});

const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 });
const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" });
const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" });
const ed25519 = generateKeyPairSync("ed25519");
const pairs = [
  ["RSA", rsa, "RSASSA-PKCS1-v1_5", {}],
  ["RSA", rsa, "RSA-PSS", { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }],
  ["P-256", p256, "ECDSA", { dsaEncoding: "ieee-p1363" }],
  ["P-384", p384, "ECDSA", { dsaEncoding: "ieee-p1363" }],
  ["Ed25519", ed25519, "Ed25519", {}],
] as const;

describe("what natives sign, Node verifies, and the other way round", () => {
  test.each(pairs)("%s", (kind, { privateKey, publicKey }, scheme, options) => {
    const named = { scheme, kind, hash: "SHA-256", saltBytes: 32 };
    const hash = kind === "Ed25519" ? null : "sha256";
    fc.assert(
      fc.property(fc.uint8Array(), (data) => {
        const signature = call("sign", named, pkcs8(privateKey), data).body!;
        expect(verifyBy(hash, data, { key: publicKey, ...options }, signature)).toBe(true);
        const other = signBy(hash, data, { key: privateKey, ...options });
        expect(call("verify", named, spki(publicKey), other, data).value).toBe(true);
        expect(call("verify", named, spki(publicKey), other, Buffer.concat([data, hex("00")])).value).toBe(false);
      }),
      { numRuns: 20 },
    );
  });
});

describe("a key that is not what it is said to be is a DataError", () => {
  const dsa = generateKeyPairSync("dsa", { modulusLength: 1024, divisorLength: 160 }).publicKey;
  const pss = generateKeyPairSync("rsa-pss", { modulusLength: 1024 }).publicKey;
  const large = Buffer.alloc(1040, 0xff).toString("base64url");
  const explicit = generateKeyPairSync("ec", { namedCurve: "P-256", paramEncoding: "explicit" }).publicKey;

  test.each([
    ["DSA", "RSA", spki(dsa)],
    ["RSA-PSS with its own parameters", "RSA", spki(pss)],
    ["another curve", "P-256", spki(p384.publicKey)],
    ["a curve whose parameters stand in the key", "P-256", spki(explicit)],
    ["a private key", "P-256", pkcs8(p256.privateKey)],
    ["a point that is not on the curve", "P-256", Buffer.concat([spki(p256.publicKey).subarray(0, -1), hex("00")])],
    ["nothing", "RSA", hex("")],
  ])("%s", (_, kind, der) => {
    expect(refusalOf("key-import", { kind, format: "spki" }, der)).toBe("DataError");
    const named = { scheme: kind === "RSA" ? "RSA-PSS" : "ECDSA", kind, hash: "SHA-256", saltBytes: 0 };
    expect(refusalOf("verify", named, der, hex("00".repeat(64)), ascii("x"))).not.toBe("none");
  });

  test("a modulus over the limit is refused in whatever form it comes", () => {
    expect(() => fromJwk("RSA", { kty: "RSA", n: large, e: "AQAB" })).toThrow("8320 bits is over the 8192");
  });

  test("a public part that does not belong to the private part", () => {
    const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;
    const { x, y } = other.export({ format: "jwk" });
    expect(() => fromJwk("P-256", { ...p256.privateKey.export({ format: "jwk" }), x, y })).toThrow(
      "Invalid JWK EC key",
    );
    const okp = { ...ed25519.privateKey.export({ format: "jwk" }), x: base64url("00".repeat(32)) };
    expect(() => fromJwk("Ed25519", okp)).toThrow("Invalid JWK OKP key");
    const mixed = Buffer.concat([pkcs8(p256.privateKey).subarray(0, -64), spki(other).subarray(-64)]);
    const named = { kind: "P-256", format: "pkcs8" };
    expect(refusalOf("key-import", named, pkcs8(p256.privateKey))).toBe("none");
    expect(refusalOf("key-import", named, mixed)).toBe("DataError");
  });

  test.each([
    ["another kty", { kty: "OKP" }, {}],
    ["another curve", { crv: "P-384" }, {}],
    ["no y", { y: undefined }, {}],
    ["a use that does not fit", { use: "enc" }, { usages: ["verify"] }],
    ["operations without the one asked for", { key_ops: ["sign"] }, { usages: ["verify"] }],
    ["an operation twice", { key_ops: ["verify", "verify"] }, {}],
    ["not extractable", { ext: false }, {}],
    ["another algorithm", { alg: "ES384" }, { algs: ["ES256"] }],
  ])("a JSON Web Key with %s", (_, members, more) => {
    const jwk = { ...p256.publicKey.export({ format: "jwk" }), ...members };
    const named = { kind: "P-256", format: "jwk", purpose: { ...purpose, ...more } };
    expect(refusalOf("key-import", named, json(jwk))).toBe("DataError");
  });

  test.each(["", "{", "7", "null", "[]"])("a JSON Web Key that is %j", (text) => {
    expect(refusalOf("key-import", { kind: "RSA", format: "jwk", purpose }, ascii(text))).toBe("DataError");
  });
});

test("a raw public key may be compressed", () => {
  const pair = createECDH("prime256v1");
  const whole = pair.generateKeys();
  const named = { kind: "P-256", format: "raw" };
  expect(bytesOf("key-import", named, pair.getPublicKey(null, "compressed"))).toBe(bytesOf("key-import", named, whole));
});

test("a small modulus has no room for a signature, and a large one is not generated", () => {
  expect(refusalOf("key-generate", { kind: "RSA", modulusBits: 4096, exponent: 65537 }, hex(""))).toBe(
    "OperationError",
  );
  expect(refusalOf("key-generate", { kind: "RSA", modulusBits: 1024, exponent: 5 }, hex(""))).toBe("OperationError");
  expect(refusalOf("shared-secret", { kind: "Ed25519" }, hex(""), hex(""))).toBe("OperationError");
});

test("keys with changed bytes end in a reply or a refusal", () => {
  const ders = pairs.flatMap(([kind, { privateKey, publicKey }, scheme]) => [
    { kind, scheme, type: "pkcs8", der: pkcs8(privateKey) },
    { kind, scheme, type: "spki", der: spki(publicKey) },
  ]);
  const changed = fc.constantFrom(...ders).chain(({ der, ...rest }) =>
    fc.array(fc.tuple(fc.nat(der.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }).map((changes) => {
      const bytes = Buffer.from(der);
      for (const [at, value] of changes) bytes[at] = value;
      return { ...rest, bytes };
    }),
  );
  fc.assert(
    fc.property(changed, ({ kind, scheme, type, bytes }) => {
      const named = { scheme, kind, hash: "SHA-256", saltBytes: 0 };
      const ended = [
        refusalOf("key-import", { kind, format: type }, bytes),
        type === "pkcs8"
          ? refusalOf("sign", named, bytes, ascii("data"))
          : refusalOf("verify", named, bytes, hex("00".repeat(64)), ascii("data")),
      ];
      expect(["none", "DataError", "NotSupportedError", "OperationError"]).toEqual(expect.arrayContaining(ended));
    }),
    { numRuns: 2_000 },
  );
});
