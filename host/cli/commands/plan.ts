import { resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { parseCount } from "../arguments.ts";
import { figuresFile, readFigures } from "../capacity/figures.ts";
import { type Plan, parseMix, planFor } from "../capacity/plan.ts";
import { addJsonOption, examples, outputFor, type Surroundings } from "../context.ts";
import { count, table } from "../table.ts";

interface PlanOptions {
  readonly tenants: number;
  readonly rps: number;
  readonly mix: ReadonlyMap<string, number>;
  readonly figures?: string;
}

export function planCommand(surroundings: Surroundings): Command {
  const command = new Command("plan")
    .description("say how many processors and how much memory tenants need, by the figures of plinth bench")
    .requiredOption("--tenants <count>", "number of tenants", parseCount)
    .requiredOption("--rps <count>", "requests a second of all tenants together", parseCount)
    .option("--mix <parts>", "the languages' parts, such as js=70,go=30", toMix, parseMix("js=100"))
    .option("--figures <file>", "the figures (default: figures.json in Plinth's cache folder)")
    .addHelpText("after", examples("plinth plan --tenants 1000 --rps 500 --mix js=70,go=30"));
  return addJsonOption(command).action(async ({ figures: file, ...load }: PlanOptions) => {
    const output = outputFor(command, surroundings);
    const figures = await readFigures(file === undefined ? figuresFile(surroundings.env) : resolve(file));
    const plan = planFor(load, figures);
    output.result({ ...plan, measured: figures.measured }, () => `${text(plan)}\nmeasured ${figures.measured}`);
  });
}

function toMix(given: string): ReadonlyMap<string, number> {
  try {
    return parseMix(given);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

const mib = (bytes: number) => `${count(Math.ceil(bytes / 2 ** 20))} MiB`;

function text({ processors, memoryBytes, binds, fits, languages }: Plan): string {
  const rows = table(languages, [
    { title: "language", value: ({ language }) => language },
    { title: "tenants", value: ({ tenants }) => tenants },
    { title: "rps", value: ({ rps }) => Math.round(rps) },
    { title: "processors", value: (language) => language.processors.toFixed(2) },
    { title: "memory", value: (language) => mib(language.memoryBytes) },
  ]);
  const percent = (value: number) => `${Math.ceil(value)} %`;
  return [
    rows,
    `processors: ${processors.needed.toFixed(2)} of ${processors.here} (${percent(processors.percent)})`,
    `memory: ${mib(memoryBytes.needed)} of ${mib(memoryBytes.here)} (${percent(memoryBytes.percent)})`,
    `${binds} ${binds === "memory" ? "binds" : "bind"} first; the load ${fits ? "fits" : "does not fit"} on this machine`,
  ].join("\n");
}
