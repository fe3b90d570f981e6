/**
 * Programs of popular packages, in test/packages/. Each runs in Node and, built as users build, in a real host. The answers
 * are the same.
 */
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestHost, type TestHost } from "./support/host.ts";
import type { Origin } from "./support/origin.ts";
import { type Send, sameAsNode } from "./support/same-as-node.ts";
import { startStandIns } from "./support/stand-ins.ts";

let host: TestHost;
let origin: Origin;
beforeAll(async () => {
  origin = await startStandIns();
  host = await startTestHost({ fetchPrivateNetworks: ["127.0.0.1/32"], wallMs: 600_000 });
});
afterAll(async () => {
  await host.close();
  await origin[Symbol.asyncDispose]();
});

const answersOf = async (name: string, file: string, requests: readonly Send[]): Promise<string[]> => {
  const program = new URL(`packages/${file}`, import.meta.url);
  const config = { vars: { ORIGIN: origin.url }, fetch: { allow: [origin.host] } };
  const answers = await sameAsNode(host, { name, program, config, requests, headers: ["content-type"] });
  return answers.map(({ text }) => text);
};
const post = (body: string, headers: Record<string, string> = {}): Send => ["/", { method: "POST", body, headers }];

test("zod", async () => {
  const right = {
    id: "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    mail: "A@B.example",
    at: "2026-01-02T03:04:05Z",
    lines: [{ sku: "AB-1", count: 2 }],
    pay: { by: "invoice" },
    note: "  x ",
  };
  const wrong = { ...right, mail: "no", at: "2026-02-30", lines: [], pay: { by: "cash" }, more: 1 };
  const twice = { ...right, lines: [...right.lines, ...right.lines] };
  const bodies = [right, wrong, twice].map((body) => post(JSON.stringify(body)));
  const [parsed, issues] = await answersOf("zod", "zod.ts", [...bodies, []]);
  const expected = { mail: "a@b.example", at: "2026-01-02T03:04:05.000Z", pay: { by: "invoice", days: 30 }, note: "x" };
  expect(JSON.parse(parsed!)).toMatchObject(expected);
  expect(JSON.parse(issues!).issues).toHaveLength(5);
});

test("drizzle", async () => {
  const [answer] = await answersOf("drizzle", "drizzle.ts", [[]]);
  const { made, counted, nested, failed } = JSON.parse(answer!);
  expect(made).toEqual(["Zoë", "Bob"].map((name, at) => ({ id: at + 1, name, joined: "2026-01-02T03:04:05.000Z" })));
  expect(counted).toEqual([
    { name: "Bob", posts: 0 },
    { name: "Zoë", posts: 2 },
  ]);
  expect(nested[0].posts).toEqual([
    { title: "one", tags: ["a", "b"] },
    { title: "second", tags: null },
  ]);
  expect(failed).toMatch(/no such table: nowhere/);
});

test("openai", async () => {
  const [answer] = await answersOf("openai", "openai.ts", [[]]);
  expect(JSON.parse(answer!)).toMatchObject({
    said: "Bearer sk-test: Grüße",
    words: ["Bearer", "sk-test:", "Grüße"],
    file: 'filename="data.jsonl"',
    pages: ["one", "two"],
    failed: ["Error", 404, "404 no such model", "model_not_found"],
  });
});

test("@anthropic-ai/sdk", async () => {
  const [answer] = await answersOf("anthropic", "anthropic.ts", [[]]);
  expect(JSON.parse(answer!)).toMatchObject({
    content: [{ type: "text", text: "Bearer key-test: Grüße" }],
    pieces: ["Bearer", "key-test:", "Grüße"],
    stop: "max_tokens",
    failed: ["NotFoundError", 404, expect.stringContaining("no such model")],
  });
});

test("stripe", async () => {
  const body = JSON.stringify({ id: "evt_1", object: "event", type: "charge.succeeded" });
  const signed = createHmac("sha256", "whsec_test").update(`1700000000.${body}`).digest("hex");
  const event = post(body, { "stripe-signature": `t=1700000000,v1=${signed}` });
  const forged = post(`${body} `, { "stripe-signature": `t=1700000000,v1=${signed}` });
  const answers = await answersOf("stripe", "stripe.ts", [[], event, forged]);
  const [called, right, wrong] = answers.map((answer) => JSON.parse(answer));
  expect(called).toEqual({
    customer: "cus name=Zo%C3%AB%20%26%20Co&metadata[a]=1",
    ids: ["1", "2", "3", "4"],
    failed: ["StripeCardError", "amount_too_small", "Too small."],
  });
  expect([right, wrong]).toEqual([{ told: "charge.succeeded" }, { told: "StripeSignatureVerificationError" }]);
});

test("@aws-sdk/client-s3", async () => {
  const [answer] = await answersOf("s3", "s3.ts", [[]]);
  expect(JSON.parse(answer!)).toMatchObject({
    text: "Grüße",
    metadata: { by: "x" },
    Contents: [{ Key: "a & ü", Size: 6 }],
    KeyCount: 1,
    failed: ["NoSuchKey", "It is gone.", 404],
  });
});

test("cheerio", async () => {
  const page = `<!doctype html><title>t</title><nav><a href="/a">A &amp; b</a><a href="https://x">X</a></nav>
    <h1>One</h1><ul><li class=item><b>ä</b><span class=price>1</span><li class=item><b>c</b></ul><script>1<2</script>`;
  const [answer] = await answersOf("cheerio", "cheerio.ts", [post(page)]);
  const { links, data, html } = JSON.parse(answer!);
  expect(links).toEqual([["A & b", "/a"]]);
  expect(data).toEqual({ title: "One", items: [{ name: "ä", price: "1" }, { name: "c" }] });
  expect(html).toContain('<del><li class="item sold"><b>c</b><i>sold &amp; gone</i></li></del>');
});

test("graphql-yoga", async () => {
  const ask = (query: string, variables?: object, accept = "application/json") =>
    post(JSON.stringify({ query, variables }), { "content-type": "application/json", accept, "x-agent": "test" });
  const [queried, , failed, , counted] = await answersOf("yoga", "graphql-yoga.ts", [
    ask("query ($id: ID!) { note(id: $id) { id text(upper: true) } agent __typename }", { id: "1" }),
    ask('mutation { add(text: "second") { id text } }'),
    ask("{ fails }"),
    ask("{ nothing }"),
    ask("subscription { count(to: 3) }", {}, "text/event-stream"),
  ]);
  expect(JSON.parse(queried!).data).toEqual({ note: { id: "1", text: "FIRST" }, agent: "test", __typename: "Query" });
  expect(JSON.parse(failed!).errors[0].message).toBe("Unexpected error.");
  expect(counted!.match(/"count":\d/g)).toEqual(['"count":1', '"count":2', '"count":3']);
});

test("react-dom/server", async () => {
  const [page] = await answersOf("react", "react.tsx", [[], ["/string"]]);
  expect(page).toContain("<b>late</b>");
});
