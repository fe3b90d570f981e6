/** WASI commands made by hand. The host ends whatever they do, refuses what it cannot read, and serves others. */
import { parse } from "@bytecodealliance/jco";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embedConfig } from "../../../host/manifest/config.ts";
import { command, errorOf, PLAIN } from "../../support/commands.ts";
import { startTestHost, type TestHost } from "../../support/host.ts";

const endless = [
  ["memory.fill", "(memory.fill (i32.const 0) (i32.const 0) (i32.const 131072))", ""],
  [
    "memory.fill of 60 MiB",
    "(drop (memory.grow (i32.const 960))) (memory.fill (i32.const 0) (i32.const 0) (i32.const 62914560))",
    "",
  ],
  ["memory.copy", "(memory.copy (i32.const 0) (i32.const 1) (i32.const 131071))", ""],
  [
    "memory.init",
    "(memory.init $bytes (i32.const 0) (i32.const 0) (i32.const 65536))",
    `(data $bytes "${"x".repeat(65_536)}")`,
  ],
  ["table.fill", "(table.fill $t (i32.const 0) (ref.null func) (i32.const 200000))", "(table $t 200000 funcref)"],
  ["table.copy", "(table.copy $t $t (i32.const 0) (i32.const 1) (i32.const 199999))", "(table $t 200000 funcref)"],
  ["table.grow", "(drop (table.grow $t (ref.null func) (i32.const 1)))", "(table $t 1 funcref)"],
  ["memory.grow", "(drop (memory.grow (i32.const 1)))", ""],
  ["array.new", "(drop (array.new $a (i32.const 7) (i32.const 1000000)))", "(type $a (array (mut i32)))"],
  [
    "array.copy",
    "(array.copy $a $a (global.get $g) (i32.const 0) (global.get $g) (i32.const 1) (i32.const 999999))",
    "(type $a (array (mut i32))) (global $g (ref $a) (array.new_default $a (i32.const 1000000)))",
  ],
  ["throw", "(block $h (try_table (catch_all $h) (throw $e)))", "(tag $e)"],
] as const;

const START = '(memory (export "memory") 1) (func (export "_start"))';

/** Sections of a module, after its preamble, in hex. */
const raw = (hex: string) => new Uint8Array(Buffer.from(`0061736d01000000${hex}`, "hex"));

const refused = [
  [
    "a memory of 64-bit addresses",
    `(memory (export "memory") i64 1) (func (export "_start"))`,
    "PLINTH_COMPONENT_UNSUPPORTED",
  ],
  [
    "a memory that threads share",
    `(memory (export "memory") 1 2 shared) (func (export "_start"))`,
    "PLINTH_COMPONENT_UNSUPPORTED",
  ],
  ["a table of 64-bit indices", `(table i64 1 funcref) ${START}`, "PLINTH_COMPONENT_UNSUPPORTED"],
  ["a table of other references", `(table 1 anyref) ${START}`, "PLINTH_COMPONENT_UNSUPPORTED"],
] as const;

describe("WASI commands made by hand", () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ cpuMs: 60_000, wallMs: 600_000 });
    await host.deploy("honest", await command("(call $text)", `${PLAIN}hello`));
  });
  afterAll(() => host.close());

  it.each(endless)("%s for ever: each request ends, and others are served", async (kind, code, extra) => {
    // Each kind has a tenant of its own, because a tenant that is cut again and again is parked.
    const name = `hostile-${kind.toLowerCase().replaceAll(/\W+/g, "-")}`;
    const program = await command(`(loop $again ${code} (br $again))`, "", extra);
    await host.deploy(name, embedConfig(program, { limits: { cpuMs: 200 } }));
    const answers = Promise.all([0, 1, 2].map(async () => errorOf(await host.fetch(name))));
    expect(await (await host.fetch("honest")).text()).toBe("hello");
    for (const answer of await answers) expect(answer).toBe("503 PLINTH_CPU_LIMIT");
    expect(await (await host.fetch("honest")).text()).toBe("hello");
  });

  it.each(refused)("%s is refused", async (_, text, code) => {
    await expect(host.deploy("refused", new Uint8Array(await parse(`(module ${text})`)))).rejects.toThrow(code);
  });

  it.each([
    ["100,000 empty sections", "000100".repeat(100_000), "PLINTH_COMPONENT_UNSUPPORTED"],
    ["a section that V8 does not know", "7f0100", "PLINTH_COMPONENT_MALFORMED"],
    ["a count of functions that is a lie", "03058080808008", "PLINTH_COMPONENT_MALFORMED"],
  ])("%s: refused", async (_, sections, code) => {
    await expect(host.deploy("refused", raw(sections))).rejects.toThrow(code);
  });
});
