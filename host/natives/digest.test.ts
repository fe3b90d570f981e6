/** Known answers: FIPS 180-4 and RFC 1321 ("abc"), RFC 4231 and RFC 2202 (HMAC), RFC 5869 (HKDF), RFC 6070 (PBKDF2). */
import { describe, expect, test } from "vitest";
import { ascii, bytesOf, call, hex, refusalOf } from "./natives.fixture.ts";

describe("digest", () => {
  test.each([
    ["MD5", "900150983cd24fb0d6963f7d28e17f72"],
    ["SHA-1", "a9993e364706816aba3e25717850c26c9cd0d89d"],
    ["SHA-256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    ["SHA-384", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"],
    [
      "SHA-512",
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" +
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ],
  ])("%s of abc", (hash, expected) => {
    expect(bytesOf("digest", { hash }, ascii("abc"))).toBe(expected);
  });
});

describe("equal", () => {
  test.each([
    ["abc", "abc", true],
    ["abc", "abd", false],
    ["abc", "abcd", false],
    ["", "", true],
  ])("%j and %j", (a, b, expected) => {
    expect(call("equal", {}, ascii(a), ascii(b)).value).toBe(expected);
  });
});

describe("hmac", () => {
  test("case 2 of RFC 4231 and of RFC 2202", () => {
    const parts = [ascii("Jefe"), ascii("what do ya want for nothing?")];
    expect(bytesOf("hmac", { hash: "SHA-1" }, ...parts)).toBe("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    expect(bytesOf("hmac", { hash: "SHA-256" }, ...parts)).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });

  test("case 6 of RFC 4231: a key that is longer than a block", () => {
    const parts = [Buffer.alloc(131, 0xaa), ascii("Test Using Larger Than Block-Size Key - Hash Key First")];
    expect(bytesOf("hmac", { hash: "SHA-256" }, ...parts)).toBe(
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    );
  });
});

describe("key derivation", () => {
  test("case 1 of RFC 5869", () => {
    const parts = [Buffer.alloc(22, 0x0b), hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9")];
    expect(bytesOf("hkdf", { hash: "SHA-256", bytes: 42 }, ...parts)).toBe(
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    );
  });

  test("RFC 6070, 4096 iterations", () => {
    const named = { hash: "SHA-1", iterations: 4096, bytes: 20 };
    expect(bytesOf("pbkdf2", named, ascii("password"), ascii("salt"))).toBe("4b007901b765489abead49d926f721d065a429c1");
  });

  test.each([
    { iterations: 1_000_001, bytes: 32 },
    { iterations: 500_001, bytes: 33 },
    { iterations: 1, bytes: 64_000_000 },
    { iterations: 2 ** 32 - 1, bytes: 1 },
  ])("PBKDF2 of more than a million rounds is refused: %j", (rounds) => {
    expect(refusalOf("pbkdf2", { hash: "SHA-256", ...rounds }, ascii("p"), ascii("s"))).toBe("OperationError");
  });

  test("HKDF names how long its info may be, and refuses more output than there is", () => {
    const named = { hash: "SHA-256", bytes: 32 };
    const parts = [ascii("k"), ascii("s")];
    expect(bytesOf("hkdf", named, ...parts, Buffer.alloc(1024))).toHaveLength(64);
    expect(() => call("hkdf", named, ...parts, Buffer.alloc(1025))).toThrow("1024 are taken");
    expect(refusalOf("hkdf", { ...named, bytes: 255 * 32 + 1 }, ...parts, ascii(""))).toBe("OperationError");
  });
});
