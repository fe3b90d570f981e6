/** `URL` takes usual addresses apart natively and leaves all others to a parser. Both give Node's results. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { bodyText, JavaScriptSlot } from "./slot.fixture.ts";

const slot = await JavaScriptSlot.make();
const names = ["href", "origin", "protocol", "host", "hostname", "port", "pathname", "search", "hash"] as const;

const parser = slot.load(`
  const names = ${JSON.stringify(names)};
  export default async (request) => Response.json((await request.json()).map((address) => {
    try { const url = new URL(address); return [...names.map((name) => url[name]), [...url.searchParams]] }
    catch (error) { return error.name }
  }));`);

function partsHere(addresses: readonly string[]): unknown {
  slot.restore(parser);
  return JSON.parse(bodyText(slot.run({ method: "POST", body: JSON.stringify(addresses) })));
}

const partsInNode = (addresses: readonly string[]): unknown =>
  addresses.map((address) => {
    if (!URL.canParse(address)) return "TypeError";
    const url = new URL(address);
    return [...names.map((name) => url[name]), [...url.searchParams]];
  });

test("addresses near the usual form", () => {
  const piece = (...pieces: string[]) => fc.constantFrom(...pieces);
  const label = piece("a", "shop", "z-9", "x_y", "", "1", "0x1f", "127", "xn--caf-dma", "A", "9a", "a9", "%zz");
  const number = piece("0", "00", "01", "7", "10", "127", "255", "256", "1e1", "");
  const host = fc.oneof(
    fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join(".")),
    fc.array(number, { minLength: 3, maxLength: 5 }).map((numbers) => numbers.join(".")),
    piece("127.0.0.1", "255.255.255.255", "1.2.3.4.", "1.2.3.4a", "1.2.3.4-", "1.2.3.", "0.0.0.0"),
  );
  const afterHost = fc
    .array(
      piece("/", "/", ".", "a", "~", "?", "#", "%2e", "%2E", "%2f", "%", "=", "&", "+", "'", '"', " ", "|", "\0", "B"),
      {
        maxLength: 9,
      },
    )
    .map((pieces) => pieces.join(""));
  const rest = fc.oneof(
    piece(""),
    fc.tuple(piece("/", "/", "/", "?", "#"), afterHost).map((parts) => parts.join("")),
  );
  const port = piece("", "", "", ":", ":80", ":443", ":8080", ":080", ":0", ":65535", ":65536", ":123456", ":8a");
  const address = fc
    .tuple(piece("http", "http", "https", "HTTP", "httpx", "ht"), piece("://", "://", ":/", ":"), host, port, rest)
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.array(address, { minLength: 20, maxLength: 60 }), (addresses) => {
      expect(partsHere(addresses)).toEqual(partsInNode(addresses));
    }),
  );
});

test("international names", () => {
  const mapped = [
    "Bücher.example",
    "a\u00adb\u200bc.d",
    "\uff21.b",
    "a\u3002b",
    "straße.de",
    "☕.example",
    "%C3%BC.de",
  ];
  const numbers = ["\uff11\uff12\uff17.1", "xn--bcher-kva.example", "XN--BCHER-KVA.x"];
  const refused = ["\u00ad", "xn--a", "\u05d0a.b", "a\ufffd", "\uff05", "a\uff0fb", "xn--ls8h=.la", "ü".repeat(20_000)];
  const addresses = [...mapped, ...numbers, ...refused].map((name) => `https://${name}:8/p`);
  expect(partsHere(addresses.slice(0, -1))).toEqual(partsInNode(addresses.slice(0, -1)));
  expect(partsHere(addresses.slice(-1))).toEqual(["TypeError"]);
});

test("an address as long as offsets reach, and a longer one", () => {
  const addresses = [8_190, 8_191, 8_192, 20_000].map((length) => {
    const start = "https://shop.example:8443/path?q=1#";
    return start + "x".repeat(length - start.length);
  });
  expect(partsHere(addresses)).toEqual(partsInNode(addresses));
});

test("a change of an address leaves its other parts as they were", () => {
  const changes = `for (const [name, value] of [["port", "81"], ["pathname", "/b c"], ["hash", ""], ["search", "x=1"]]) {
    const url = new URL("http://a.example/p?q#h"); url[name] = value; seen.push(url.href, url.host, url.search);
  }`;
  const source = `export default () => { const seen = []; ${changes} return Response.json(seen) }`;
  const seen = new Function(`const seen = []; ${changes} return seen`)() as string[];
  expect(JSON.parse(bodyText(slot.serve(source)))).toEqual(seen);
});
