/** Hostile tenants in JavaScript. */
import type { RuntimeConfig } from "../../../host/manifest/schema.ts";
import { slimComponent } from "../../support/programs.ts";
import { cut, cutOrFull, type Kind, late } from "./kind.ts";

interface Script extends Pick<Kind, "ends" | "request" | "everySecond"> {
  readonly name: string;
  /** Statements of the handler, with `request`, `env` and `ORIGIN` in scope. */
  readonly code: string;
  readonly config?: (origin: string) => RuntimeConfig;
}

const kv = () => ({ kv: [{ binding: "KV", namespace: "storm" }] });
const fetching = (origin: string) => ({ fetch: { allow: [origin] } });
const answered = /^200$/;
const failed = /^500 PLINTH_TENANT_EXCEPTION$/;

const scripts: readonly Script[] = [
  { name: "loop", ends: cut, code: "for (;;);" },
  { name: "catching-loop", ends: cut, code: "for (;;) { try { for (;;); } catch {} finally { continue; } }" },
  {
    name: "short-loop",
    ends: answered,
    code: 'const end = Date.now() + 30; while (Date.now() < end); return new Response("")',
  },
  { name: "promises", ends: cut, code: "for (;;) await null;" },
  { name: "native-call", ends: cut, code: "new Array(2 ** 32 - 1).indexOf(1);" },
  { name: "regex", ends: cut, code: `/^(a+)+$/.test("a".repeat(40) + "b"); return new Response("")` },
  { name: "sort", ends: cutOrFull, code: "for (;;) Array.from({ length: 1e5 }, () => Math.random()).sort();" },
  { name: "memory", ends: cutOrFull, code: "const all = []; for (;;) all.push(new Uint8Array(1 << 20).fill(1));" },
  { name: "small-pieces", ends: cutOrFull, code: "const all = []; for (;;) all.push({ a: [1, 2, 3] });" },
  { name: "recursion", ends: failed, code: "const deeper = () => deeper() + 1; return new Response(deeper());" },
  { name: "exceptions", ends: failed, code: 'throw new Error("x".repeat(10_000));' },
  { name: "log-flood", ends: cut, code: 'for (;;) console.log("x".repeat(1000));' },
  { name: "log-lines", ends: cut, code: 'for (;;) console.log("");' },
  { name: "response-flood", ends: answered, code: 'return new Response("x".repeat(8 << 20));' },
  {
    name: "response-headers",
    ends: /^(?:200|502 PLINTH_BAD_RESPONSE)$/,
    code: 'return new Response("", { headers: Array.from({ length: 200 }, (_, n) => ["a" + n, "x".repeat(300)]) });',
  },
  {
    name: "request-headers",
    ends: /^(?:200|431 PLINTH_REQUEST_HEADERS_TOO_LARGE)$/,
    request: { headers: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`x-${n}`, "x".repeat(200)])) },
    code: "return new Response(String([...request.headers].length));",
  },
  {
    name: "large-body",
    ends: answered,
    request: { bodyBytes: 4 << 20 },
    code: 'return new Response((await request.text()).length + "");',
  },
  {
    name: "timers",
    ends: /^500 PLINTH_TENANT_NEVER_RESPONDS$/,
    code: "for (let n = 0; n < 900; n++) setTimeout(() => {}, 1); await new Promise(() => {});",
  },
  {
    name: "intervals",
    ends: /^(?:504 PLINTH_WALL|503 PLINTH_CPU)_LIMIT$/,
    code: "for (let n = 0; n < 900; n++) setInterval(() => {}, 1); await new Promise(() => {});",
  },
  { name: "sleepers", ends: late, code: "await new Promise((done) => setTimeout(done, 3_600_000));" },
  { name: "never", ends: /^500 PLINTH_TENANT_NEVER_RESPONDS$/, code: "await new Promise(() => {});" },
  { name: "random", ends: cut, code: "const a = new Uint8Array(65536); for (;;) crypto.getRandomValues(a);" },
  {
    name: "digests",
    ends: cut,
    code: 'const a = new Uint8Array(1 << 20); for (;;) await crypto.subtle.digest("SHA-512", a);',
  },
  {
    name: "passwords",
    ends: /^(?:200|503 PLINTH_CPU_LIMIT|500 PLINTH_TENANT_EXCEPTION)$/,
    code: `const key = await crypto.subtle.importKey("raw", new Uint8Array(16), "PBKDF2", false, ["deriveBits"]);
      const parameters = { name: "PBKDF2", hash: "SHA-512", salt: new Uint8Array(16), iterations: 1_000_000 };
      await crypto.subtle.deriveBits(parameters, key, 512); return new Response("");`,
  },
  {
    name: "key-pairs",
    ends: /^(?:200|503 PLINTH_CPU_LIMIT|500 PLINTH_TENANT_EXCEPTION)$/,
    code: `const parameters = { name: "RSA-PSS", modulusLength: 4096, publicExponent: new Uint8Array([1, 0, 1]) };
      await crypto.subtle.generateKey({ ...parameters, hash: "SHA-256" }, true, ["sign", "verify"]);
      return new Response("");`,
  },
  {
    name: "locales",
    ends: cut,
    code: 'for (;;) for (const tag of ["de", "ja", "ar", "hi"]) new Date().toLocaleString(tag, { dateStyle: "full" });',
  },
  {
    name: "text",
    ends: cutOrFull,
    code: 'const a = new Uint8Array(4 << 20).fill(97); for (;;) new TextDecoder("shift_jis").decode(a);',
  },
  {
    name: "kv-storm",
    ends: /^(?:200|500 PLINTH_TENANT_EXCEPTION)$/,
    config: kv,
    code: `await Promise.all(Array.from({ length: 200 }, (_, n) => env.KV.put("key " + n, "x".repeat(10_000))));
      return new Response("");`,
  },
  {
    name: "kv-reads",
    ends: cut,
    config: kv,
    code: 'await env.KV.put("key", "x".repeat(1 << 20)); for (;;) { await env.KV.get("key"); await env.KV.list(); }',
  },
  {
    name: "fetch-storm",
    ends: answered,
    config: fetching,
    code: `await Promise.all(Array.from({ length: 50 }, () => fetch(ORIGIN + "/page").then((it) => it.text())));
      return new Response("");`,
  },
  {
    name: "fetch-waits",
    ends: /^(?:504 PLINTH_WALL_LIMIT|500 PLINTH_TENANT_EXCEPTION)$/,
    config: fetching,
    code: 'await Promise.all(Array.from({ length: 50 }, () => fetch(ORIGIN + "/never")));',
  },
  {
    name: "crons",
    ends: answered,
    everySecond: true,
    config: () => ({ crons: ["0 0 1 1 *"] }),
    code: 'return new Response("");',
  },
];

export const javascript: readonly Kind[] = scripts.map(({ name, code, config, ...more }) => ({
  ...more,
  name: `js-${name}`,
  build: async (origin) => ({
    component: slimComponent(`const ORIGIN = "http://${origin}";
      export default { async fetch(request, env) { ${code} }, async scheduled() { for (;;); } };`),
    ...(config === undefined ? {} : { config: config(origin) }),
  }),
}));
