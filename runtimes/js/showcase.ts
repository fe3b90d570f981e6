/** The programs in JavaScript for demo and benchmarks. */
import { join } from "node:path";
import { buildStaticFetch } from "../../guest-examples/static/build.ts";
import { type Arm, MARKER, type MemoryProgram, type Showcase, type SwitchProgram } from "../showcase.ts";
import { buildText, withProgram } from "./build-text.ts";

const examples = join(import.meta.dirname, "../../guest-examples");

const greeting = `
const greeting = "hello from ${MARKER}";
export default {
  fetch(request) {
    const name = new URL(request.url).searchParams.get("name");
    return new Response(greeting + ", " + name + "\\n", { headers: { "content-type": "text/plain" } });
  },
};
`;

const hello: MemoryProgram = {
  name: "hello",
  staticForm: "component, componentize-qjs",
  build: (arm: Arm) =>
    arm === "shared"
      ? buildText(greeting)
      : withProgram(greeting, (folder) => buildStaticFetch("qjs", join(folder, "index.js"))),
  request: "/?name=world",
  answer: (marker) => `hello from ${marker}, world\n`,
};

const helloScript = (n: number) => `
  const greeting = "hello from ${n}";
  export default { fetch: (request) => new Response(greeting + new URL(request.url).pathname) };`;

const jsonScript = (n: number) => `
  const prices = new Map(Array.from({ length: 200 }, (_, i) => ["item" + i, i * ${n + 1}]));
  export default {
    async fetch(request) {
      const order = await request.json();
      const total = order.items.reduce((sum, { name, count }) => sum + prices.get(name) * count, 0);
      return Response.json({ ...order, total, at: new Date().toISOString() });
    },
  };`;

const order = JSON.stringify({ items: Array.from({ length: 20 }, (_, i) => ({ name: `item${i}`, count: i })) });

const switchPrograms: readonly SwitchProgram[] = [
  { name: "hello", build: (n) => buildText(helloScript(n)), method: "GET", path: "/path?q=1", body: "" },
  { name: "json", build: (n) => buildText(jsonScript(n)), method: "POST", path: "/path?q=1", body: order },
];

const kvReader = (gets: number) =>
  buildText(`
  export default {
    async fetch(request, env) {
      let value = "nothing";
      for (let n = 0; n < ${gets}; n++) value = await env.PAGES.get("key-" + n);
      return new Response(value.slice(0, 7));
    },
  };`);

export const showcase: Showcase = {
  demo: {
    examples: [
      {
        name: "hello",
        what: "hello, TypeScript",
        source: join(examples, "hello"),
        call: { path: "/?name=Plinth", expect: /Plinth/ },
      },
      {
        name: "json-api",
        what: "a JSON API",
        source: join(examples, "json-api"),
        call: { path: "/products", expect: /^\s*[[{]/ },
      },
      {
        name: "markdown",
        what: "Markdown to HTML with an npm library",
        source: join(examples, "markdown"),
        call: { path: "/", init: { method: "POST", body: "# It works\n\nRendered *here*." }, expect: /<em>here<\/em>/ },
      },
    ],
    static: { example: "hello", build: () => buildStaticFetch("qjs", join(examples, "hello/src/index.ts")) },
  },
  benchmarks: {
    memory: [hello],
    switch: switchPrograms,
    dev: { template: "ts", file: "src/index.ts", word: "Hello" },
    kv: kvReader,
  },
};
