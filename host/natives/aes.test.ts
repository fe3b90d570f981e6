/** Known answers: NIST SP 800-38A (CBC, CTR), the GCM specification's test case 4, RFC 3394 (key wrap). */
import { webcrypto } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesOf, call, hex, refusalOf } from "./natives.fixture.ts";

const key = hex("2b7e151628aed2a6abf7158809cf4f3c");
const block = hex("6bc1bee22e409f96e93d7e117393172a");
const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });
const keys = fc.constantFrom(16, 32).chain(bytes);

describe("known answers", () => {
  test("AES-128-CBC, with the padding that Web Crypto adds", () => {
    const iv = hex("000102030405060708090a0b0c0d0e0f");
    const encrypted = bytesOf("aes-cbc", { direction: "encrypt" }, key, iv, block);
    expect(encrypted.slice(0, 32)).toBe("7649abac8119b246cee98e9b12e9197d");
    expect(bytesOf("aes-cbc", { direction: "decrypt" }, key, iv, hex(encrypted))).toBe(
      Buffer.from(block).toString("hex"),
    );
  });

  test("AES-128-CTR", () => {
    const counter = hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    expect(bytesOf("aes-ctr", { counterBits: 128 }, key, counter, block)).toBe("874d6191b620e3261bef6864990db6ce");
  });

  test("AES-128-GCM with additional data", () => {
    const parts = [
      hex("feffe9928665731c6d6a8f9467308308"),
      hex("cafebabefacedbaddecaf888"),
      hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
    ];
    const plain = hex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a" +
        "721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    );
    const encrypted = bytesOf("aes-gcm", { direction: "encrypt", tagBytes: 16 }, ...parts, plain);
    expect(encrypted.slice(-32)).toBe("5bc94fbc3221a5db94fae95ae7121a47");
    expect(encrypted.slice(0, 32)).toBe("42831ec2217774244b7221b784d0d49c");
  });

  test("AES-128 key wrap", () => {
    const wrapping = hex("000102030405060708090a0b0c0d0e0f");
    const wrapped = "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5";
    const plain = "00112233445566778899aabbccddeeff";
    expect(bytesOf("aes-kw", { direction: "encrypt" }, wrapping, hex(plain))).toBe(wrapped);
    expect(bytesOf("aes-kw", { direction: "decrypt" }, wrapping, hex(wrapped))).toBe(plain);
    expect(refusalOf("aes-kw", { direction: "decrypt" }, wrapping, hex(`00${wrapped.slice(2)}`))).toBe(
      "OperationError",
    );
  });
});

describe("what is wrong is an OperationError", () => {
  const gcm = { direction: "decrypt", tagBytes: 16 };
  test.each([
    ["a tag that does not fit", "aes-gcm", gcm, [key, Buffer.alloc(12), hex(""), Buffer.alloc(20)]],
    ["fewer bytes than a tag", "aes-gcm", gcm, [key, Buffer.alloc(12), hex(""), Buffer.alloc(15)]],
    ["no IV", "aes-gcm", { ...gcm, direction: "encrypt" }, [key, hex(""), hex(""), block]],
    ["a key of 15 bytes", "aes-cbc", { direction: "encrypt" }, [Buffer.alloc(15), Buffer.alloc(16), block]],
    ["padding that is none", "aes-cbc", { direction: "decrypt" }, [key, Buffer.alloc(16), block]],
    ["a counter that would turn over", "aes-ctr", { counterBits: 1 }, [key, Buffer.alloc(16), Buffer.alloc(33)]],
    ["a wrapped key of 17 bytes", "aes-kw", { direction: "encrypt" }, [key, Buffer.alloc(17)]],
  ])("%s", (_, name, named, parts) => {
    expect(refusalOf(name, named, ...(parts as Uint8Array[]))).toBe("OperationError");
  });
});

describe("they agree with Node's own Web Crypto", () => {
  const { subtle } = webcrypto;
  const native = (...call: Parameters<typeof bytesOf>) => bytesOf(...call);
  const encrypted = async (
    algorithm: object & { name: string },
    raw: Uint8Array<ArrayBuffer>,
    data: Uint8Array<ArrayBuffer>,
  ) => {
    const imported = await subtle.importKey("raw", raw, algorithm.name, false, ["encrypt"]);
    return Buffer.from(await subtle.encrypt(algorithm, imported, data)).toString("hex");
  };

  test("AES-CTR, wherever the counter begins and however many bits count", async () => {
    const counters = fc
      .tuple(bytes(16), fc.boolean())
      .map(([counter, high]) => (high ? counter.fill(255, 1) : counter));
    await fc.assert(
      fc.asyncProperty(
        keys,
        counters,
        fc.integer({ min: 3, max: 128 }),
        fc.uint8Array({ maxLength: 128 }),
        async (k, counter, length, data) => {
          const expected = await encrypted({ name: "AES-CTR", counter, length } as never, k, data);
          expect(native("aes-ctr", { counterBits: length }, k, counter, data)).toBe(expected);
        },
      ),
    );
  });

  test("AES-GCM, for all lengths of tags and IVs; what was encrypted is decrypted", async () => {
    await fc.assert(
      fc.asyncProperty(
        keys,
        fc.uint8Array({ minLength: 12, maxLength: 40 }),
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom(4, 8, 12, 13, 14, 15, 16),
        fc.uint8Array({ maxLength: 100 }),
        async (k, iv, additionalData, tagBytes, data) => {
          const parameters = { name: "AES-GCM", iv, additionalData, tagLength: tagBytes * 8 };
          const found = call("aes-gcm", { direction: "encrypt", tagBytes }, k, iv, additionalData, data).body!;
          expect(Buffer.from(found).toString("hex")).toBe(await encrypted(parameters as never, k, data));
          expect(bytesOf("aes-gcm", { direction: "decrypt", tagBytes }, k, iv, additionalData, found)).toBe(
            Buffer.from(data).toString("hex"),
          );
        },
      ),
    );
  });
});
