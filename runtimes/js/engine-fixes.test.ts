/** Features in which the engine differs from ECMAScript, or lacks a part. They work as in Node. */
import { describe, expect, test } from "vitest";
import { inSlot, onOneLine, same } from "./same-as-node.fixture.ts";
import { bodyText, JavaScriptSlot } from "./slot.fixture.ts";

const endless = `const log = []; const it = { __proto__: Iterator.prototype, next() { return { done: false, value: 1 } },
  return() { log.push("closed"); return {} } };`;
const run = (statements: string) => `(() => { ${statements} })()`;
const attempt = `const attempt = (get) => { try { return get() } catch (error) { return error.name } };`;

describe.each(
  Object.entries({
    "iterator helpers close": [
      `[[1, 2].values().map((x) => x).find((x) => x === 1), [1, 2].values().map((x) => x).some((x) => x === 1)]`,
      `[[1, 2].values().map((x) => x).every((x) => x === 2), [...[1, 2, 3].values().map((x) => x).take(1)]]`,
      `[[1, 2].values().map((x) => x).return(), [1, 2].values().drop(1).return()]`,
      run(`const h = [1, 2].values().map((x) => x); h.next(); h.return(); return h.next()`),
      run(`const [a] = [1, 2].values().filter(() => true); for (const x of [3].values().map((y) => y)) return [a, x]`),
      run(`${endless} Iterator.from(it).map((x) => x).find((x) => x === 1); return log`),
      run(`${endless} for (const x of it.map((x) => x)) break; it.take(1).return(); [...it.take(1)]; return log`),
      run(`${endless} const h = it.flatMap(() => [1, 2]); h.next(); return [h.return(), log, h.next()]`),
      run(`${endless} const h = it.drop(1); h.next(); return [h.return(), log]`),
      run(`${attempt} const it = { __proto__: Iterator.prototype, next() { return { value: 1 } },
        return() { throw new RangeError("mine") } }; return attempt(() => it.map((x) => x).return())`),
      run(`${attempt} const it = { __proto__: Iterator.prototype, next() { return { value: 1 } },
        return() { null(); } }; return attempt(() => it.map((x) => x).return())`),
      run(
        `let n = 0; const it = { __proto__: Iterator.prototype, next() {}, return() { n++ } }; it[Symbol.dispose]();
          return n`,
      ),
      `(async () => { let n = 0; const g = (async function* () { try { yield 1 } finally { n++ } })(); await g.next();
        await g[Symbol.asyncDispose](); return n })()`,
    ],
    WeakRef: [
      `[new WeakRef({ a: 1 }).deref()?.a, WeakRef.name, WeakRef.length, new WeakRef({}) instanceof WeakRef]`,
      `(async () => { const w = new WeakRef({}); await null; return typeof w.deref() })()`,
      run(`${attempt} return [attempt(() => WeakRef({})), attempt(() => new WeakRef(1))]`),
      run(
        `class Mine extends WeakRef { x = 1 } const m = new Mine({}); return [m.x, typeof m.deref(), m.constructor.name]`,
      ),
    ],
    "Uint8Array as text": [
      `[new Uint8Array([1, 2, 255]).toBase64(), new Uint8Array([251, 255]).toBase64({ alphabet: "base64url" })]`,
      `[new Uint8Array([251, 255]).toBase64({ alphabet: "base64url", omitPadding: true }),
        new Uint8Array(5).subarray(1, 3).toBase64()]`,
      `[new Uint8Array([1, 2, 255]).toHex(), new Uint8Array().toHex(), new Uint8Array().toBase64()]`,
      ...[
        `"AQL/"`,
        `"AQL_", { alphabet: "base64url" }`,
        `"AQL/", { alphabet: "base64url" }`,
        `" A Q = = "`,
        `"AQ=\\n="`,
        `"AQ"`,
        `"AR=="`,
        `"AQ=="`,
        `"AQ="`,
        `"AQI=="`,
        `"AQ", { lastChunkHandling: "strict" }`,
        `"AR==", { lastChunkHandling: "strict" }`,
        `"AQIDBA==", { lastChunkHandling: "strict" }`,
        `"AQIDBA", { lastChunkHandling: "stop-before-partial" }`,
        `"AQIDBA=", { lastChunkHandling: "stop-before-partial" }`,
        `"A"`,
        `"A*"`,
        `"="`,
        `"\u00e9"`,
        `5`,
        `"AA", { alphabet: "base32" }`,
        `""`,
      ].map((values) => `Uint8Array.fromBase64(${values})`),
      ...[`"0102fF"`, `"012"`, `"0g"`, `5`, `""`].map((value) => `Uint8Array.fromHex(${value})`),
      ...[`4, "AQL/"`, `2, "AQL/"`, `4, "AQIDBAUG"`, `4, "AQIDBA=="`, `3, "AQIDBA=="`, `1, "AQ=="`, `0, "AQ"`].map(
        (values) =>
          run(`const [size, text] = [${values}], u = new Uint8Array(size); return [u.setFromBase64(text), u]`),
      ),
      run(`${attempt} const u = new Uint8Array(4); return [attempt(() => u.setFromBase64("AQIDBA*=")), u]`),
      run(
        `${attempt} const u = new Uint8Array(2); return [u.setFromHex("0102ff"), u, attempt(() => u.setFromHex("0g"))]`,
      ),
      run(
        `${attempt} return [attempt(() => Uint8Array.prototype.toHex.call([])), Uint8Array.fromBase64.length,
          [].toHex === undefined]`,
      ),
      `Uint8Array.fromBase64(new Uint8Array(300000).fill(7).toBase64()).every((byte) => byte === 7)`,
    ],
  }),
)("%s", (_, cases) => {
  test.each(cases.map((code) => [onOneLine(code), code]))("%s", (_, code) => same(code));
});

test("a WeakRef's object goes once no promise job is left", async () => {
  const code = `(async () => { const w = new WeakRef({}); await new Promise((done) => setTimeout(done, 1));
    return w.deref() === undefined })()`;
  expect(inSlot(code)).toBe("true");
});

test("a program that breaks what the fixes use breaks itself only", async () => {
  const slot = await JavaScriptSlot.make();
  const source = `Array.prototype[Symbol.iterator] = null; Reflect.construct = null; WeakRef.prototype.deref = null;
    export default () => { new WeakRef({}); return new Response("well") }`;
  expect(bodyText(slot.serve(source))).toBe("well");
});
