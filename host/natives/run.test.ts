/** Any call of a guest gets a reply or an error for the guest, within the limits. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeReply, encodeCall } from "../bindings/message.ts";
import { EarlyBindings, WorkerBindings } from "../bindings/worker-bindings.ts";
import { PlinthError } from "../errors.ts";
import { Refusal } from "./native.ts";
import { ascii, call, refusalOf } from "./natives.fixture.ts";
import { runNative } from "./run.ts";
import { natives } from "./table.ts";

test("a native's name is its own", () => {
  expect(new Set(natives.map(({ name }) => name)).size).toBe(natives.length);
});

describe("a call that is wrong in its form", () => {
  test.each([
    ["no native", "fly", {}, [ascii("")], "PLINTH_BINDING_UNKNOWN"],
    ["a member of every object", "constructor", {}, [ascii("")], "PLINTH_BINDING_UNKNOWN"],
    ["no arguments", "digest", {}, [ascii("")], "PLINTH_BINDING_CALL"],
    ["an argument more", "digest", { hash: "SHA-1", more: 1 }, [ascii("")], "PLINTH_BINDING_CALL"],
    ["a part too few", "hmac", { hash: "SHA-1" }, [ascii("")], "PLINTH_BINDING_CALL"],
    ["a part too many", "digest", { hash: "SHA-1" }, [ascii(""), ascii("")], "PLINTH_BINDING_CALL"],
  ])("%s", (_, name, named, parts, code) => {
    expect(refusalOf(name as string, named as object, ...(parts as Uint8Array[]))).toBe(code);
  });

  test.each([[-1], [4], [0.5], ["1"], [null], [Number.NaN]])("a part of %j bytes, of a body of 3", (size) => {
    expect(() => runNative("hmac", { hash: "SHA-1", sizes: [size] }, new Uint8Array(3))).toThrow(PlinthError);
  });
});

test.each(natives.map((native) => [native.name, native] as const))("%s refuses a body over its limit", (_, native) => {
  const long = new Uint8Array(0);
  Object.defineProperty(long, "length", { value: native.limitBytes + 1 });
  const named = fc.sample(argumentsFor(native.name), 1)[0]!;
  expect(() => runNative(native.name, named, long)).toThrow(expect.objectContaining({ code: "PLINTH_NATIVE_LIMIT" }));
});

test("arbitrary calls end in a reply or in an error for the guest", () => {
  const calls = fc
    .constantFrom(...natives)
    .chain((native) =>
      fc.tuple(
        fc.constant(native.name),
        fc.oneof(
          { weight: 9, arbitrary: argumentsFor(native.name) },
          { weight: 1, arbitrary: fc.dictionary(fc.string(), fc.jsonValue()) },
        ),
        fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: native.parts, maxLength: native.parts }),
      ),
    );
  fc.assert(
    fc.property(calls, ([name, named, parts]) => {
      try {
        call(name, named as object, ...parts);
      } catch (error) {
        if (!(error instanceof Refusal) && !(error instanceof PlinthError)) throw error;
      }
    }),
    { numRuns: Number(process.env.PLINTH_FUZZ_INPUTS ?? 5_000) },
  );
});

test("arbitrary frames are answered, and never left to the main thread", () => {
  const worker = new WorkerBindings([], []);
  fc.assert(
    fc.property(fc.string(), fc.dictionary(fc.string(), fc.jsonValue()), fc.uint8Array(), (method, named, body) => {
      const frame = encodeCall({ binding: "natives", method, arguments: named, body });
      expect(worker.answer(frame, {})).not.toBeNull();
    }),
  );
});

test("top-level code may call natives, while it may call no binding", () => {
  const early = new EarlyBindings([]);
  const ask = (binding: string) =>
    decodeReply(
      early.answer(encodeCall({ binding, method: "digest", arguments: { hash: "SHA-1" }, body: ascii("abc") }), {})!,
    );
  expect(Buffer.from(ask("natives").body!).toString("hex")).toBe("a9993e364706816aba3e25717850c26c9cd0d89d");
  expect(() => ask("kv")).toThrow("while the program loads");
});

test("a refusal reaches the guest by its name", () => {
  const frame = encodeCall({ binding: "natives", method: "atob", arguments: { json: false }, body: ascii("*") });
  expect(() => decodeReply(new WorkerBindings([], []).answer(frame, {})!)).toThrow(
    expect.objectContaining({ code: "InvalidCharacterError" }),
  );
});

function argumentsFor(name: string): fc.Arbitrary<Record<string, unknown>> {
  const hash = fc.constantFrom("SHA-1", "SHA-256", "SHA-384", "SHA-512");
  const direction = fc.constantFrom("encrypt", "decrypt");
  const form = fc.constantFrom("base64", "base64url", "hex");
  const json = fc.boolean();
  const format = fc.constantFrom("gzip", "deflate", "deflate-raw");
  const kind = fc.constantFrom("RSA", "P-256", "P-384", "P-521", "Ed25519", "X25519");
  const scheme = fc.constantFrom("RSASSA-PKCS1-v1_5", "RSA-PSS", "ECDSA", "Ed25519");
  const purpose = fc.record({
    use: fc.constantFrom("sig", "enc"),
    algs: fc.constantFrom([], ["A*GCM"], ["ES256"]),
    usages: fc.constantFrom([], ["sign"]),
    extractable: fc.boolean(),
  });
  const own: Record<string, Record<string, fc.Arbitrary<unknown>>> = {
    digest: { hash },
    intl: { json: fc.constant(false) },
    compress: { format },
    decompress: { format },
    hmac: { hash },
    "aes-cbc": { direction },
    "aes-ctr": { counterBits: fc.integer({ min: 1, max: 128 }) },
    "aes-gcm": { direction, tagBytes: fc.constantFrom(4, 8, 12, 13, 14, 15, 16) },
    "aes-kw": { direction },
    hkdf: { hash, bytes: fc.integer({ min: 1, max: 16_320 }) },
    pbkdf2: { hash, iterations: fc.integer({ min: 1, max: 100 }), bytes: fc.integer({ min: 1, max: 100 }) },
    "key-import": { kind, format: fc.constantFrom("pkcs8", "spki", "raw", "jwk"), purpose },
    "secret-import": { purpose },
    "key-export": { kind, type: fc.constantFrom("private", "public"), format: fc.constantFrom("raw", "jwk") },
    "key-generate": { kind: fc.constantFrom("P-256", "Ed25519"), modulusBits: fc.integer(), exponent: fc.integer() },
    sign: { scheme, kind, hash, saltBytes: fc.nat(64) },
    verify: { scheme, kind, hash, saltBytes: fc.nat(64) },
    "rsa-oaep": { direction, hash },
    "shared-secret": { kind },
    btoa: { json },
    atob: { json },
    "utf8-encode": { json },
    "encoding-of": { json },
    "domain-to-ascii": { json },
    "text-decode": { encoding: fc.constantFrom("utf-16le", "shift_jis", "nothing"), fatal: fc.boolean() },
    "bytes-to-text": { form },
    "text-to-bytes": { form },
  };
  return fc.record(own[name] ?? {});
}
