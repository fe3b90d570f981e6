/** Patterns that begin with `^`: they match as in Node, and are tried at one place. */
import { expect, test } from "vitest";
import { onOneLine, same } from "./same-as-node.fixture.ts";
import { bodyText, JavaScriptSlot } from "./slot.fixture.ts";

test.each(
  [
    `[/^b/.test("ab"), /^b/.test("ba"), /^b/m.test("a\\nb"), /^b|a/.exec("ca").index, /(^b)|c/.exec("ac").index]`,
    `[/^/.exec("ab").index, "aab".replace(/^a/g, "x"), "aab".replace(/^/g, ">"), "a\\na".replace(/^a/gm, "b")]`,
    `(() => { const re = /^a/g; re.lastIndex = 1; return [re.test("aa"), re.lastIndex, re.test("aa"), re.lastIndex] })()`,
    `(() => { const re = /^a/y; re.lastIndex = 1; return [re.test("aa"), re.lastIndex, re.test("aa")] })()`,
    `["a1b2".split(/^a/), [..."abab".matchAll(/^ab/g)].length, "xab".search(/^a/),
      "abc".match(/^(a)(?<rest>.*)/).groups.rest]`,
    `[new RegExp("^" + "é").test("éa"), new RegExp("^\\\\u{1f600}", "u").test("😀a"), /^[a-z]+$/i.test("ABC"),
      /^.$/su.test("😀")]`,
    `[/(?m:^)b/.test("a\\nb"), /^(?=a)a/.exec("aa").index, /^(?!b)a/.test("ba"),
      /(?<=^)a/.exec("aa").index, /^^a/.test("ba")]`,
    `[/^(?:b|c)+$/.exec("bcb")[0], /^(a+)+$/.test("aab"), /(?:^a)b/.exec("xab"), /^\\b/.exec(" a")]`,
  ].map((code) => [onOneLine(code), code]),
)("%s", (_, code) => same(code));

test("the bytecode of such a pattern begins with a jump past the loop over all places", async () => {
  const slot = await JavaScriptSlot.make();
  const source = `const kept = [/^QZ/, /^QZ/m, /QZ/, new RegExp("^" + "WX")];
    export default () => new Response(kept.map((pattern) => pattern.test("QZ")).join());`;
  expect(bodyText(slot.serve(source))).toBe("true,true,true,false");
  const { memory } = slot.slot.instance.exports as { memory: WebAssembly.Memory };
  const text = Buffer.from(memory.buffer).toString("latin1");
  const loop = "\x06\x00\x00\x00\x06\x0d\xf5\xff\xff\xff\x13\x00";
  const begins = (first: string, rest: string) => text.includes(`${first}${loop}${rest}`);
  const characters = ["\x01Q\x00\x01Z", "\x01W\x00\x01X"];
  for (const each of characters)
    expect([begins("\x0d", `\x09${each}`), begins("\x0e", `\x09${each}`)]).toEqual([true, false]);
  expect([begins("\x0e", `\x0a${characters[0]}`), begins("\x0e", characters[0]!)]).toEqual([true, true]);
});
