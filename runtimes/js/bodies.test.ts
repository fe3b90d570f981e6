/** Bodies of text on their way out: the engine's strings become UTF-8 in the adapter. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { JavaScriptSlot } from "./slot.fixture.ts";

const slot = await JavaScriptSlot.make();
const image = slot.load(`export default async (request) => new Response(JSON.parse(await request.text()))`);
const empty = slot.load(`let count = 0; export default (request) => {
  count++;
  return request.method === "PUT" ? new Response("\u00e4".repeat(1e5))
    : new Response("x".repeat(2e5), { headers: { "x-count": count } });
}`);

function expectUtf8(text: string): void {
  slot.restore(image);
  // JSON with escapes is ASCII, so that the body on the way in does not matter.
  const body = JSON.stringify(text).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const found = slot.run({ method: "POST", body }).body;
  expect(Buffer.from(found).toString("latin1")).toBe(Buffer.from(text.toWellFormed()).toString("latin1"));
}

test("any text", () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary-ascii", maxLength: 30 }),
    fc.constantFrom(
      "\0",
      "a",
      "abcdefgh",
      "\u00e4",
      "\u20ac",
      "\u{1f600}",
      "\ud800",
      "\udc00",
      "\ud7ff",
      "\ue000",
      "\uffff",
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => expectUtf8(pieces.join(""))),
    { numRuns: 500 },
  );
});

test.each(["\0", "\0\0", "a\0", "\0\u00e4", "\u00e4\0a", "\u20ac\0\0", "\ud800\0", "\u{1f600}\0"])(
  "U+0000 in %j",
  expectUtf8,
);

test("a memory that serves one request after the other keeps nothing of their answers", () => {
  slot.restore(empty);
  for (let n = 0; n < 20; n++) slot.start({ method: n % 2 ? "PUT" : "GET" });
  const { pages } = slot.capture();
  for (let n = 0; n < 400; n++) expect(slot.start({ method: n % 2 ? "PUT" : "GET" }).tag).toBe("response");
  expect(slot.capture().pages).toBe(pages);
});

test("nor of their failures", () => {
  slot.restore(slot.load(`export default () => { throw new Error("x".repeat(1e5)) }`));
  for (let n = 0; n < 20; n++) slot.start();
  const { pages } = slot.capture();
  for (let n = 0; n < 400; n++) expect(slot.start().tag).toBe("failed");
  expect(slot.capture().pages).toBe(pages);
});
