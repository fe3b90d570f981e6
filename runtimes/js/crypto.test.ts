/** Web Crypto in the runtime: its results are those of Node's, or each of the two can use the other's results. */
import type { webcrypto } from "node:crypto";
import { describe, expect, test } from "vitest";
import { inSlot, same } from "./same-as-node.fixture.ts";
import { bodyText, JavaScriptSlot } from "./slot.fixture.ts";

const prelude = `
  const s = crypto.subtle, text = (t) => new TextEncoder().encode(t), u8 = (b) => new Uint8Array(b);
  const seq = (n, from = 0) => Uint8Array.from({ length: n }, (_, i) => (i + from) & 255);
  const shown = (k) => [k.type, k.extractable, k.algorithm, k.usages, Object.prototype.toString.call(k)];
  const name = (p) => p.then(() => "none", (e) => e.name);`;
/** Statements whose last one returns. */
const run = (body: string) => `(async () => { ${prelude} ${body} })()`;

const hashes = ["SHA-1", "SHA-256", "SHA-384", "SHA-512"];
const aesKey = (name: string, bytes = 16) =>
  `await s.importKey("raw", seq(${bytes}), "${name}", true, ["encrypt", "decrypt", "wrapKey", "unwrapKey"])`;

describe("secret keys", () => {
  test.each([
    ...hashes.map(
      (
        hash,
      ) => `const k = await s.importKey("raw", seq(20), { name: "HMAC", hash: "${hash}" }, true, ["verify", "sign"]);
        const mac = await s.sign("HMAC", k, text("data"));
        return [shown(k), u8(mac), await s.verify("hmac", k, mac, text("data")),
        await s.verify("HMAC", k, mac, text("other")),
          await s.verify("HMAC", k, mac.slice(1), text("data")),
          await s.exportKey("jwk", k).then((j) => [j.kty, j.k, j.alg, j.key_ops, j.ext])]`,
    ),
    `const k = await s.importKey("jwk", { kty: "oct", k: "AAECAw", alg: "HS256", ext: true, key_ops: ["sign"], use: "sig" },
       { name: "HMAC", hash: "SHA-256", length: 30 }, true, ["sign"]); return [shown(k), u8(await s.exportKey("raw", k))]`,
    `const k = ${aesKey("AES-CBC", 32)}; const e = await s.encrypt({ name: "AES-CBC", iv: seq(16) }, k, text("some text"));
       return [u8(e), u8(await s.decrypt({ name: "AES-CBC", iv: seq(16) }, k, e)), shown(k)]`,
    `const k = ${aesKey("AES-CTR")}; const a = { name: "AES-CTR", counter: new Uint8Array(16).fill(255), length: 5 };
       const e = await s.encrypt(a, k, seq(100)); return [u8(e), u8(await s.decrypt(a, k, e))]`,
    `const k = ${aesKey("AES-GCM")}; const a = { name: "AES-GCM", iv: seq(12), additionalData: text("more"),
      tagLength: 96 };
       const e = await s.encrypt(a, k, text("x")); return [u8(e), u8(await s.decrypt(a, k, e)),
         u8(await s.encrypt({ name: "aes-gcm", iv: seq(12) }, k, new DataView(seq(9).buffer, 2, 3)))]`,
    `const w = await s.importKey("raw", seq(24), "AES-KW", false, ["wrapKey", "unwrapKey"]); const k = ${aesKey("AES-GCM")};
       const e = await s.wrapKey("raw", k, w, "AES-KW");
       const back = await s.unwrapKey("raw", e, w, "AES-KW", "AES-GCM", true, ["encrypt"]);
       return [u8(e), shown(back), u8(await s.exportKey("raw", back))]`,
    `const w = ${aesKey("AES-GCM")}, a = { name: "AES-GCM", iv: seq(12) };
       const k = await s.importKey("raw", seq(32), { name: "HMAC", hash: "SHA-256" }, true, ["sign"]);
       const e = await s.wrapKey("jwk", k, w, a);
       const back = await s.unwrapKey("jwk", e, w, a, { name: "HMAC", hash: "SHA-256" }, true, ["sign"]);
       return [shown(back), u8(await s.exportKey("raw", back))]`,
    ...[
      `{ name: "HKDF", hash: "SHA-256", salt: seq(8), info: text("i") }`,
      `{ name: "PBKDF2", hash: "SHA-512", salt: seq(8), iterations: 1000 }`,
    ].map(
      (a) => `const a = ${a}, k = await s.importKey("raw", text("secret"), a.name, false, ["deriveBits", "deriveKey"]);
        const d = await s.deriveKey(a, k, { name: "AES-GCM", length: 256 }, true, ["encrypt"]);
        const h = await s.deriveKey(a, k, { name: "HMAC", hash: "SHA-384" }, true, ["sign"]);
        return [shown(k), u8(await s.deriveBits(a, k, 200)), shown(d), u8(await s.exportKey("raw", d)), shown(h)]`,
    ),
    `const k = await s.generateKey({ name: "AES-CBC", length: 192 }, true, ["decrypt", "encrypt"]);
       const h = await s.generateKey({ name: "HMAC", hash: "SHA-512" }, false, ["sign"]);
       return [shown(k), (await s.exportKey("raw", k)).byteLength, shown(h), await name(s.exportKey("raw", h))]`,
  ])("%#", (body) => same(run(body)));
});

const pairs = [
  [
    "RSASSA-PKCS1-v1_5",
    `{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 1024,
      publicExponent: seq(3).map((b) => b === 1 ? 0 : 1) }`,
    `"RSASSA-PKCS1-v1_5"`,
  ],
  [
    "RSA-PSS",
    `{ name: "RSA-PSS", hash: "SHA-384", modulusLength: 1024, publicExponent: Uint8Array.of(1, 0, 1) }`,
    `{ name: "RSA-PSS", saltLength: 20 }`,
  ],
  ["ECDSA P-256", `{ name: "ECDSA", namedCurve: "P-256" }`, `{ name: "ECDSA", hash: "SHA-256" }`],
  ["ECDSA P-521", `{ name: "ECDSA", namedCurve: "P-521" }`, `{ name: "ECDSA", hash: { name: "SHA-512" } }`],
  ["Ed25519", `"Ed25519"`, `"Ed25519"`],
] as const;

describe.each(pairs)("%s", (_, generate, algorithm) => {
  const generated = `const g = ${generate}, a = ${algorithm};
    const { publicKey, privateKey } = await s.generateKey(g, true, ["sign", "verify"]);`;

  test("a pair is generated, signs and verifies", () =>
    same(
      run(`${generated} const sig = await s.sign(a, privateKey, text("data"));
        return [shown(publicKey), shown(privateKey), await s.verify(a, publicKey, sig, text("data")),
          await s.verify(a, publicKey, sig, text("date")), await s.verify(a, publicKey, u8(sig).slice(1), text("data"))]`),
    ));

  test("its keys go out in every format and come back", () =>
    same(
      run(`${generated} const out = [];
        for (const [key, formats] of [[privateKey, ["pkcs8", "jwk"]],
        [publicKey, ["spki", "jwk", ...(g.hash ? [] : ["raw"])]]])
          for (const format of formats) {
            const exported = await s.exportKey(format, key);
            const back = await s.importKey(format, exported, g, true, key.usages);
            const again = await s.exportKey(format, back);
            out.push(format, shown(back),
              format === "jwk" ? Object.keys(exported).sort() : u8(exported).join() === u8(again).join());
            if (format === "jwk") out.push(exported.alg, exported.ext, exported.key_ops, exported.kty, exported.crv);
          }
        return out`),
    ));

  test("what the runtime has signed is verified by Node", async () => {
    const jwk = inSlot(
      run(
        `${generated} return [await s.exportKey("spki", publicKey).then(u8),
          await s.sign(a, privateKey, text("data")).then(u8)]`,
      ),
    );
    const [spki, signature] = (JSON.parse(jwk) as { bytes: number[] }[]).map(({ bytes }) => Uint8Array.from(bytes));
    const value = <T>(source: string) =>
      new Function("seq", `return ${source}`)((n: number) => Uint8Array.from({ length: n }, (_, i) => i)) as T;
    const key = await crypto.subtle.importKey("spki", spki!, value<webcrypto.EcKeyImportParams>(generate), true, [
      "verify",
    ]);
    expect(
      await crypto.subtle.verify(value<webcrypto.EcdsaParams>(algorithm), key, signature!, Buffer.from("data")),
    ).toBe(true);
  });
});

describe("agreement and encryption by pairs", () => {
  test.each([
    `{ name: "ECDH", namedCurve: "P-256" }`,
    `{ name: "ECDH", namedCurve: "P-384" }`,
    `{ name: "ECDH", namedCurve: "P-521" }`,
    `"X25519"`,
  ])("%s", (algorithm) =>
    same(
      run(`const g = ${algorithm}, n = g.name ?? g;
          const a = await s.generateKey(g, true, ["deriveBits", "deriveKey"]),
          b = await s.generateKey(g, true, ["deriveBits"]);
          const one = u8(await s.deriveBits({ name: n, public: b.publicKey }, a.privateKey, null));
          const two = u8(await s.deriveBits({ name: n, public: a.publicKey }, b.privateKey, null));
          const d = await s.deriveKey({ name: n, public: b.publicKey }, a.privateKey,
          { name: "AES-GCM", length: 128 }, true, ["encrypt"]);
          const raw = u8(await s.exportKey("raw", d)),
          cut = u8(await s.deriveBits({ name: n, public: b.publicKey }, a.privateKey, 128));
          return [one.join() === two.join(), one.length, raw.join() === cut.join(), shown(a.publicKey),
          shown(a.privateKey), shown(d),
            await name(s.deriveBits({ name: n, public: a.privateKey }, a.privateKey, 8)),
            await name(s.deriveBits({ name: n, public: b.publicKey }, a.privateKey, 8 * one.length + 8))]`),
    ),
  );

  test("RSA-OAEP encrypts, decrypts and wraps", () =>
    same(
      run(`const g = { name: "RSA-OAEP", hash: "SHA-256", modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) };
        const { publicKey, privateKey } = await s.generateKey(g, true, ["encrypt", "decrypt", "wrapKey", "unwrapKey"]);
        const a = { name: "RSA-OAEP", label: text("l") }, e = await s.encrypt(a, publicKey, text("secret"));
        const k = ${aesKey("AES-CBC")}, w = await s.wrapKey("raw", k, publicKey, "RSA-OAEP");
        const back = await s.unwrapKey("raw", w, privateKey, "RSA-OAEP", "AES-CBC", true, ["encrypt"]);
        return [e.byteLength, u8(await s.decrypt(a, privateKey, e)), u8(await s.exportKey("raw", back)),
        shown(publicKey), shown(privateKey),
          await name(s.decrypt("RSA-OAEP", privateKey, e)), await name(s.encrypt(a, publicKey, seq(300)))]`),
    ));
});

describe("errors have the names of the standard", () => {
  test.each([
    `s.importKey("raw", seq(15), "AES-GCM", true, ["encrypt"])`,
    `s.importKey("raw", seq(16), "AES-GCM", true, [])`,
    `s.importKey("raw", seq(16), "AES-GCM", true, ["sign"])`,
    `s.importKey("raw", seq(16), "AES-GCM", true, ["fly"])`,
    `s.importKey("raw", seq(16), "ROT13", true, ["encrypt"])`,
    `s.importKey("pem", seq(16), "AES-GCM", true, ["encrypt"])`,
    `s.importKey("spki", seq(16), "AES-GCM", true, ["encrypt"])`,
    `s.importKey("raw", "text", "AES-GCM", true, ["encrypt"])`,
    `s.importKey("jwk", { kty: "RSA", k: "AA" }, "AES-GCM", true, ["encrypt"])`,
    `s.importKey("jwk", { kty: "oct", k: "AAECAwQFBgcICQoLDA0ODw", alg: "A256GCM" }, "AES-GCM", true, ["encrypt"])`,
    `s.importKey("jwk", { kty: "oct", k: "AAECAwQFBgcICQoLDA0ODw", ext: false }, "AES-GCM", true, ["encrypt"])`,
    `s.importKey("jwk", { kty: "oct", k: "AAECAwQFBgcICQoLDA0ODw", key_ops: ["decrypt"] }, "AES-GCM", true, ["encrypt"])`,
    `s.importKey("jwk", { kty: "oct", k: "AAECAwQFBgcICQoLDA0ODw", use: "sig" }, "AES-GCM", true, ["encrypt"])`,
    `s.importKey("raw", seq(0), { name: "HMAC", hash: "SHA-256" }, true, ["sign"])`,
    `s.importKey("raw", seq(8), { name: "HMAC", hash: "SHA-256", length: 65 }, true, ["sign"])`,
    `s.importKey("raw", seq(8), { name: "HMAC" }, true, ["sign"])`,
    `s.importKey("raw", seq(8), { name: "HMAC", hash: "CRC" }, true, ["sign"])`,
    `s.importKey("raw", seq(8), "HKDF", true, ["deriveBits"])`,
    `s.importKey("raw", seq(65), { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"])`,
    `s.importKey("raw", seq(31), "Ed25519", true, ["verify"])`,
    `s.importKey("spki", seq(100), { name: "RSA-PSS", hash: "SHA-256" }, true, ["verify"])`,
    `s.importKey("pkcs8", seq(0), "X25519", true, ["deriveBits"])`,
    `s.importKey("jwk", { kty: "OKP", crv: "X25519", x: "AA" }, "Ed25519", true, ["verify"])`,
    `s.generateKey({ name: "AES-GCM", length: 100 }, true, ["encrypt"])`,
    `s.generateKey({ name: "AES-GCM" }, true, ["encrypt"])`,
    `s.generateKey({ name: "AES-GCM", length: 70000 }, true, ["encrypt"])`,
    `s.generateKey("Ed25519", true, ["verify"])`,
    `s.generateKey("Ed25519", true, ["encrypt"])`,
    `s.generateKey({ name: "ECDH", namedCurve: "P-999" }, true, ["deriveBits"])`,
    `s.generateKey({ name: "RSA-PSS", hash: "SHA-1", modulusLength: 1024, publicExponent: Uint8Array.of(2) }, true,
      ["sign"])`,
    `s.digest("CRC32", seq(1))`,
    `s.digest({}, seq(1))`,
    `s.digest("SHA-256")`,
    `s.encrypt({ name: "AES-GCM", iv: seq(12) }, {}, seq(1))`,
    `(async () => s.encrypt({ name: "AES-GCM", iv: seq(12) }, ${aesKey("AES-CBC")}, seq(1)))()`,
    `(async () => s.encrypt({ name: "AES-CBC", iv: seq(12) }, ${aesKey("AES-CBC")}, seq(1)))()`,
    `(async () => s.encrypt({ name: "AES-GCM", iv: seq(12), tagLength: 99 }, ${aesKey("AES-GCM")}, seq(1)))()`,
    `(async () => s.decrypt({ name: "AES-GCM", iv: seq(12) }, ${aesKey("AES-GCM")}, seq(40)))()`,
    `(async () => s.sign("HMAC", await s.importKey("raw", seq(9), { name: "HMAC", hash: "SHA-1" }, true, ["verify"]),
      seq(1)))()`,
    `(async () => s.exportKey("raw", await s.importKey("raw", seq(16), "AES-GCM", false, ["encrypt"])))()`,
    `(async () => s.exportKey("raw", await s.importKey("raw", seq(16), "PBKDF2", false, ["deriveBits"])))()`,
    `(async () => s.exportKey("spki", ${aesKey("AES-GCM")}))()`,
    `(async () => s.deriveBits({ name: "PBKDF2", hash: "SHA-1", salt: seq(1), iterations: 0 },
      await s.importKey("raw", seq(16), "PBKDF2", false, ["deriveBits"]), 8))()`,
    `(async () => s.deriveBits({ name: "HKDF", hash: "SHA-1", salt: seq(1), info: seq(1) },
      await s.importKey("raw", seq(16), "HKDF", false, ["deriveBits"]), 7))()`,
  ])("%s", (expression) => same(run(`return ${expression}`)));
});

describe("of Workers beside the standard", () => {
  test("timingSafeEqual, MD5 and DigestStream", () => {
    const found = inSlot(
      run(`const stream = new crypto.DigestStream("MD5"), writer = stream.getWriter();
        await writer.write(text("a")); await writer.write("bc"); await writer.close();
        const hex = (b) => [...u8(b)].map((x) => x.toString(16).padStart(2, "0")).join("");
        return [s.timingSafeEqual(text("ab"), text("ab")), s.timingSafeEqual(text("ab").buffer, text("ac")),
          await name((async () => s.timingSafeEqual(text("a"), text("ab")))()), hex(await stream.digest),
          stream.bytesWritten]`),
    );
    expect(JSON.parse(found)).toEqual([true, false, "TypeError", "900150983cd24fb0d6963f7d28e17f72", 3]);
  });
});

describe("a key that is not extractable", () => {
  test("is not shown to a program that has patched what it can", () => {
    const found = inSlot(
      run(`const k = await s.importKey("raw", seq(16, 200), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
        const seen = [], secret = String(seq(16, 200));
        const look = (v) => { if (v instanceof ArrayBuffer || ArrayBuffer.isView(v))
          seen.push(String(new Old(v.buffer ?? v).subarray(0, 16))); };
        const Old = Uint8Array, { apply } = Reflect;
        globalThis.Uint8Array = new Proxy(Old, { construct: (t, a) => { a.forEach(look); return new t(...a) } });
        for (const [of, name] of [[Old.prototype.__proto__, "set"], [ArrayBuffer.prototype, "slice"],
        [Old.prototype.__proto__, "slice"]]) {
          const old = of[name];
          of[name] = function (...a) { look(this); a.forEach(look); return apply(old, this, a) };
        }
        for (const n of ["0", "1", "then", "toJSON"])
          Object.defineProperty(Object.prototype, n, { configurable: true, get() { look(this) }, set(v) { look(v) } });
        await s.sign("HMAC", k, text("data"));
        for (const n of ["0", "1", "then", "toJSON"]) delete Object.prototype[n];
        globalThis.Uint8Array = Old;
        return [seen.includes(secret), Object.getOwnPropertyNames(k), await name(s.exportKey("raw", k))]`),
    );
    expect(JSON.parse(found)).toEqual([false, [], "InvalidAccessError"]);
  });
});

test("bytes in the place of a JSON Web Key are a TypeError, as the standard has it and Node has not", () => {
  expect(inSlot(run(`return s.importKey("jwk", seq(16), "AES-GCM", true, ["encrypt"])`))).toBe("throws TypeError");
});

test("keys are imported while the module loads, and not generated", async () => {
  const slot = await JavaScriptSlot.make();
  const found = slot.serve(`
    const key = crypto.subtle.importKey("raw", new Uint8Array(16), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const generated = crypto.subtle.generateKey("Ed25519", true, ["sign"]).catch((error) => error.message);
    export default async () => Response.json([
      (await crypto.subtle.sign("HMAC", await key, new Uint8Array(1))).byteLength, await generated
    ])`);
  expect(JSON.parse(bodyText(found))).toEqual([32, expect.stringContaining("Call it in the handler")]);
});

test("a native's limit is an error with a code", () => {
  const found = inSlot(
    run(
      `try { new TextDecoder().decode(new Uint8Array(17 << 20)) } catch (error) { return [error.code, error.message] }`,
    ),
  );
  expect(JSON.parse(found)).toEqual([
    "PLINTH_NATIVE_LIMIT",
    expect.stringContaining("17825792 bytes; one call takes 16777216"),
  ]);
});
