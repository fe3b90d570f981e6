/** Hostile WASI commands, which answer by CGI. */
import { command, PLAIN } from "../../support/commands.ts";
import { cut, type Kind, late } from "./kind.ts";

const bytes = (descriptor: number) => `(call $say (i32.const ${descriptor}) (i32.const 1024) (i32.const 65536))`;

/** The body of `_start` of each kind, and its ending. */
const cases: Readonly<Record<string, readonly [body: string, ends: RegExp]>> = {
  loop: ["(loop $again (br $again))", cut],
  fill: ["(loop $again (memory.fill (i32.const 0) (i32.const 0) (i32.const 131072)) (br $again))", cut],
  "output-flood": [`(call $text) (loop $again ${bytes(1)} (br $again))`, /^502 PLINTH_RESPONSE_TOO_LARGE$/],
  "log-flood": [`(loop $again ${bytes(2)} (br $again))`, cut],
  random: [
    "(loop $again (drop (call $random_get (i32.const 65536) (i32.const 65536))) (br $again))",
    /^503 PLINTH_CPU_LIMIT$/,
  ],
  clock: ["(loop $again (drop (call $now)) (br $again))", cut],
  sleepers: ["(call $sleep (i64.const 3600000000000))", late],
  hoarders: [
    `(loop $more (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
      (memory.fill (i32.const 65536) (i32.const 1) (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 65536)))
      (call $sleep (i64.const 3600000000000))`,
    /^50[34] PLINTH_/,
  ],
  traps: ["unreachable", /^500 PLINTH_TENANT_EXCEPTION$/],
  "no-answer": ["", /^500 PLINTH_TENANT_EXCEPTION$/],
};

export const wasi: readonly Kind[] = Object.entries(cases).map(([name, [body, ends]]) => ({
  name: `wasi-${name}`,
  ends,
  build: async () => ({ component: await command(body, PLAIN) }),
}));
