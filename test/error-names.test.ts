/** Messages of the engine in a tenant's log have the names that its author wrote, and stacks the places. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildJavaScript } from "../runtimes/js/build-tenant.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { logOf } from "./support/logs.ts";

let host: TestHost;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-names-"));
  host = await startTestHost({ workers: 1 });
});
afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true });
});

async function build(name: string, source: string, files: Readonly<Record<string, string>> = {}) {
  const project = join(folder, name);
  await mkdir(join(project, "src"), { recursive: true });
  for (const [path, text] of Object.entries({ ...files, "src/index.ts": source }))
    await writeFile(join(project, path), text);
  return (await buildJavaScript(project)).component;
}

/** Statements over `order`, an object of a request, and their messages in the log. */
const statements: readonly (readonly [code: string, message: string])[] = [
  ["order.total()", "order.total is not a function"],
  ["order.items[0].price(1, (2))", "order.items[0].price is not a function"],
  ["order.itemsOf(1)(2)", "order.itemsOf(...) is not a function"],
  ["order.itemsOf(1).first(2)", "order.itemsOf(...).first is not a function"],
  ["const { total } = order; total(1)", "total is not a function"],
  ["const method = order.name + 'x'; order[method]()", "order[method] is not a function"],
  ["order.name('a)b').trim()", "order.name is not a function"],
  ["new order.Receipt(1)", "order.Receipt is not a constructor"],
  ["new order.Receipt", "order.Receipt is not a constructor"],
  ["order.tag`x`", "order.tag is not a function"],
  ["for (const item of { [Symbol.iterator]: () => ({}) }) item", "not a function"],
  ["helper.missing(order)", "helper.missing is not a function"],
  ["[order].map(order.nothing)", "not a function"],
  ["throw new TypeError('not a function')", "not a function"],
  ["order.customer.address.street", "cannot read property 'address' of undefined (order.customer is undefined)"],
  ["order.paid.at()", "cannot read property 'at' of null (order.paid is null)"],
  ["order.customer[order.name]", "cannot read property of undefined (order.customer is undefined)"],
  ["order.customer.name = 'x'", "cannot set property 'name' of undefined (order.customer is undefined)"],
  [
    "order.itemsOf(1).first.second",
    "cannot read property 'second' of undefined (order.itemsOf(...).first is undefined)",
  ],
];

test("what is called, constructed, read and set has its name in the log, with the place of the source", async () => {
  const bodies = statements.map(([code], at) => `case "/${at}":\n      { ${code}; }\n      break;`);
  const source = `import helper from "./helper.cjs";
interface Order { [name: string]: any }
const make = (name: string): Order => ({ name, paid: null, items: [{}], itemsOf: () => ({}) });
export default {
  async fetch(request: Request) {
    const order = make(request.method);
    switch (new URL(request.url).pathname) {
    ${bodies.join("\n    ")}
    }
    return new Response("ok");
  },
};
`;
  await host.deploy("shop", await build("shop", source, { "src/helper.cjs": "exports.there = 1;" }));
  const log = () => logOf(host, "shop");
  for (let at = 0; at < statements.length; at++) {
    expect((await host.fetch("shop", `/${at}`)).status).toBe(500);
    // The requests come one after the other, because only a few stacks of a tenant wait for their map at once.
    await expect.poll(async () => (await log()).match(/^error: /gm)?.length).toBe(at + 1);
  }
  const found = (await log()).split(/^error: /m).slice(1);
  for (const [at, [code, message]] of statements.entries()) {
    const line = source.split("\n").findIndex((text) => text.includes(`{ ${code}; }`)) + 1;
    expect(found[at]!.split("\n")[0], code).toBe(`TypeError: ${message}`);
    expect(found[at], code).toMatch(new RegExp(`\\(src/index\\.ts:${line}:\\d+\\)`));
  }
});

test("a start-up that fails has names in the answer, and places of the source in the log", async () => {
  const program = await build(
    "starter",
    'const config: any = {};\n\nconfig.load("x");\nexport default { fetch: () => new Response() };\n',
  );
  await expect(host.deploy("starter", program)).rejects.toThrow("TypeError: config.load is not a function");
  expect(await logOf(host, "starter")).toMatch(
    /^error: TypeError: config\.load is not a function\n {4}at .*src\/index\.ts:3:\d+/m,
  );
});
