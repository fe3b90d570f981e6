/** Hostile static components. They are one program, whose path chooses the attack. */
import { buildStatic } from "../../../guest-examples/static/build.ts";
import { cut, type Kind } from "./kind.ts";

const cases: Readonly<Record<string, readonly [code: string, ends: RegExp]>> = {
  loop: ["for (;;);", cut],
  "short-loop": ["const end = Date.now() + 30; while (Date.now() < end);", /^200$/],
  regex: [`/^(a+)+$/.test("a".repeat(40) + "b");`, cut],
  memory: ["const all = []; for (;;) all.push(new Uint8Array(1 << 20).fill(1));", /^50[03] PLINTH_/],
  recursion: ["const deeper = () => deeper() + 1; deeper();", /^500 PLINTH_TENANT_EXCEPTION$/],
  exceptions: ['throw new Error("x".repeat(10_000));', /^500 PLINTH_TENANT_EXCEPTION$/],
  random: ["for (;;) Math.random();", cut],
  "response-flood": ["return answer(new Uint8Array(8 << 20));", /^200$/],
  "small-pieces": ["const all = []; for (;;) all.push({ a: [1, 2, 3] });", /^50[03] PLINTH_/],
};

let built: Promise<Uint8Array<ArrayBuffer>> | undefined;

function build(): Promise<Uint8Array<ArrayBuffer>> {
  const branches = Object.entries(cases).map(([name, [code]]) => `case "/${name}": { ${code} break; }`);
  built ??= buildStatic(
    "qjs",
    `const answer = (body) => ({ status: 200, headers: [], body });
    export const handler = { handle({ uri }) {
      switch (uri.slice(uri.lastIndexOf("/"))) { ${branches.join("\n")} }
      return answer(new Uint8Array(0));
    } };`,
  ).then((bytes) => new Uint8Array(bytes));
  return built;
}

export const staticKinds: readonly Kind[] = Object.entries(cases).map(([name, [, ends]]) => ({
  name: `static-${name}`,
  ends,
  request: { path: `/${name}` },
  build: async () => ({ component: await build() }),
}));
