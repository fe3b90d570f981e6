/** Hostile tenants, each of one kind, and the honest tenant beside them. All are JavaScript as tenants write it. */

export interface Attack {
  readonly name: string;
  readonly source: string;
  /** The body of each of the tenant's requests. */
  readonly body?: string;
}

const handler = (statements: string) => `export default { async fetch(request) { ${statements} } };`;

export const honest = handler('return new Response("Hello from " + new URL(request.url).pathname);');

export const attacks: readonly Attack[] = [
  { name: "loop", source: handler("for (;;);") },
  {
    name: "short-loop",
    source: handler('const end = Date.now() + 30; while (Date.now() < end); return new Response("")'),
  },
  { name: "native-call", source: handler("new Array(2 ** 32 - 1).indexOf(1);") },
  { name: "regex", source: handler(`/^(a+)+$/.test("a".repeat(40) + "b"); return new Response("")`) },
  { name: "log-flood", source: handler('for (;;) console.log("x".repeat(1000));') },
  { name: "memory", source: handler("const all = []; for (;;) all.push(new Uint8Array(1 << 20).fill(1));") },
  { name: "large-response", source: handler('return new Response("x".repeat(8 << 20))') },
  {
    name: "sleepers",
    source: handler('await new Promise((done) => setTimeout(done, 5_000)); return new Response("")'),
  },
  {
    name: "timers",
    source: handler("for (let i = 0; i < 900; i++) setTimeout(() => {}, 1); await new Promise(() => {});"),
  },
  { name: "recursion", source: handler("const deeper = () => deeper() + 1; return new Response(String(deeper()))") },
  { name: "exceptions", source: handler('throw new Error("x".repeat(10_000))') },
  {
    name: "large-body",
    source: handler('return new Response((await request.text()).length + "")'),
    body: "x".repeat(4 << 20),
  },
];
