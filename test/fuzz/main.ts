/** `npm run fuzz -- NAME --inputs N`: runs a property test with N inputs. In the suite the same test is short. */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

/** Tests that take their number of inputs from PLINTH_FUZZ_INPUTS. */
const targets: Readonly<Record<string, string>> = {
  /** Calls of the admin API that follow its description, and calls that break it. */
  admin: "test/hostile/admin/admin.test.ts",
  /** Data folders with random damage. One input is one folder. */
  damage: "test/hostile/damage/damage.test.ts",
  /** Kills of a host in the middle of its writes. One input is one kill. */
  kills: "test/hostile/crashes/kills.test.ts",
  /** Requests of fifty tenants in random turns, which look for each other's marks. */
  leaks: "test/hostile/leaks/leaks.test.ts",
  /** All readers of modules and components, over changed, cut and made-up bytes. */
  components: "host/component/hostile-input.test.ts",
  /** Arbitrary calls of the natives. */
  natives: "host/natives/run.test.ts",
  /** Every other parser, over its corpus, changes of it and made-up bytes, with N inputs for each. */
  parsers: "test/fuzz/parsers.test.ts",
  /** Random programs of bulk instructions, before and after the deploy has rewritten them. */
  rewriting: "host/component/write/endable.test.ts",
};

const { positionals, values } = parseArgs({ allowPositionals: true, options: { inputs: { type: "string" } } });
const [name = ""] = positionals;
const file = targets[name];
const inputs = Number(values.inputs ?? 1_000_000);
if (file === undefined || !Number.isSafeInteger(inputs) || inputs < 1) {
  console.error(`usage: npm run fuzz -- NAME [--inputs N]\nnames: ${Object.keys(targets).join(", ")}`);
  process.exitCode = 2;
} else {
  const env = { ...process.env, PLINTH_FUZZ_INPUTS: String(inputs) };
  const { status } = spawnSync("vitest", ["run", file, "--testTimeout=0"], { env, stdio: "inherit" });
  process.exitCode = status ?? 1;
}
