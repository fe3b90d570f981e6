/** The fields of requests and responses, which are put into a `Headers` only when a program looks at them. */
import { expect, test } from "vitest";
import { bodyText, JavaScriptSlot } from "./slot.fixture.ts";

const slot = await JavaScriptSlot.make();
const bytes = (text: string) => new TextEncoder().encode(text);

function fieldsOf(handler: string): string[] {
  const { headers } = slot.serve(`export default ${handler}`, {
    headers: [
      ["Accept", bytes(" text/html ")],
      ["X-Own", bytes("1")],
    ],
  });
  return headers.map(([name, value]) => `${name}: ${Buffer.from(value).toString("latin1")}`);
}

const plain = "content-type: text/plain;charset=UTF-8";

test.each([
  ["a text", `() => new Response("a")`, [plain]],
  ["an empty text", `() => new Response("")`, [plain]],
  ["nothing", `() => new Response()`, []],
  ["a text that is read first", `() => { const r = new Response("a"); r.headers.get("x"); return r }`, [plain]],
  ["a copy", `() => new Response("a").clone()`, [plain]],
  ["a field more", `() => { const r = new Response("a"); r.headers.append("X-A", "1"); return r }`, [plain, "x-a: 1"]],
  ["no type", `() => { const r = new Response("a"); r.headers.delete("Content-Type"); return r }`, []],
  ["a type of its own", `() => new Response("a", { headers: { "Content-Type": "a/b" } })`, ["content-type: a/b"]],
  ["other fields", `() => new Response("a", { headers: [["X-A", " 1\t"]] })`, ["x-a: 1", plain]],
  ["a status", `() => new Response("a", { status: 201 })`, [plain]],
  ["a blob with spaces", `() => new Response(new Blob(["a"], { type: " a/b " }))`, ["content-type: a/b"]],
  ["bytes", `() => new Response(new Uint8Array(1))`, []],
  ["JSON", `() => Response.json(1)`, ["content-type: application/json"]],
  ["JSON of a status", `() => Response.json(1, { status: 201 })`, ["content-type: application/json"]],
  ["JSON of a type", `() => Response.json(1, { headers: { "content-type": "a/b" } })`, ["content-type: a/b"]],
  ["the request's", `(request) => new Response(null, request)`, ["accept: text/html", "x-own: 1"]],
  ["a copy of the request's", `(request) => new Response(null, request.clone())`, ["accept: text/html", "x-own: 1"]],
])("a response of %s", (_, handler, expected) => {
  expect(fieldsOf(handler)).toEqual(expected);
});

test.each([
  ["a", "a"],
  ["", ""],
  [" \t ", ""],
  ["\r\n a  b\v\f", "a  b"],
  ["\u00a0\0\u00e9\u00a0", "\u00e9"],
  ["a\nb\0c", "a b c"],
  ["\u001fA\u0085", "\u001fA\u0085"],
])("a request's value %j reads as %j", (value, expected) => {
  const source = `export default (request) => Response.json([...request.headers])`;
  const headers: [string, Uint8Array][] = [
    ["X-Before", bytes("1")],
    ["X-VALUE", Buffer.from(value, "latin1")],
    ["x-z", bytes("2")],
  ];
  expect(JSON.parse(bodyText(slot.serve(source, { headers })))).toEqual([
    ["x-before", "1"],
    ["x-value", expected],
    ["x-z", "2"],
  ]);
});

test("the fields of an object are its own enumerable ones", () => {
  const source = `export default () => {
    const init = Object.create({ "x-inherited": "1" },
    { "x-hidden": { value: "2" }, "X-Own": { value: 3, enumerable: true } });
    return Response.json([...new Headers(init)]);
  }`;
  expect(bodyText(slot.serve(source))).toBe('[["x-own","3"]]');
});

test("one Headers belongs to a request or a response", () => {
  const source = `export default (request) => {
    const response = new Response("a");
    return Response.json([request.headers === request.headers, response.headers === response.headers]);
  }`;
  expect(bodyText(slot.serve(source))).toBe("[true,true]");
});

test.each(["", "a b", "x\u00e9", "a:"])("the name %j is refused", (name) => {
  const source = `export default (request) => {
    try { request.headers.get(${JSON.stringify(name)}) } catch (error) { return new Response(error.name) }
  }`;
  expect(bodyText(slot.serve(source))).toBe("TypeError");
});

test.each([
  ["a", "a"],
  ["", ""],
  [" a\tb ", "a\tb"],
  ["\u00e9", "\u00e9"],
  ["a\nb", "TypeError"],
  ["a\0", "TypeError"],
  ["\u20ac", "TypeError"],
])("the value %j gives %j", (value, expected) => {
  const source = `export default () => {
    try { return Response.json(new Headers([["x", ${JSON.stringify(value)}]]).get("x")) }
    catch (error) { return Response.json(error.name) }
  }`;
  expect(JSON.parse(bodyText(slot.serve(source)))).toBe(expected);
});

test("what a program patches does not reach the fields and addresses of others", () => {
  const source = `
    const patched = () => { throw new Error("patched") };
    for (const type of [Function, RegExp, String, Array, Promise])
      for (const name of ["call", "apply", "bind", "exec", "test", "trim", "toLowerCase", "slice", "includes",
      "join", "then"])
        if (name in type.prototype) type.prototype[name] = patched;
    Promise.resolve = patched;
    export default async (request) => new Response(request.headers.get("ACCEPT"), {
      headers: { "X-Path": new URL(request.url).pathname },
    });`;
  const response = slot.serve(source, { uri: "http://a.example/p", headers: [["Accept", bytes("yes")]] });
  expect(bodyText(response)).toBe("yes");
  expect(response.headers.map(([name]) => name)).toEqual(["x-path", "content-type"]);
});
