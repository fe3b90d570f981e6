import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import type { Language } from "../../../runtimes/language.ts";
import { plinthError } from "../../errors.ts";
import { parseCount } from "../arguments.ts";
import { figuresFile, writeFigures } from "../capacity/figures.ts";
import { addJsonOption, examples, outputFor, type Surroundings } from "../context.ts";

interface BenchOptions {
  readonly languages?: string;
  readonly tenants: number;
  readonly seconds: number;
  readonly output?: string;
}

export function benchCommand(surroundings: Surroundings): Command {
  const command = new Command("bench")
    .description("measure what tenants and requests cost on this machine, for plinth plan")
    .option("--languages <names>", "with commas between them (default: those whose runtime has been built)")
    .option("--tenants <count>", "tenants of each language", parseCount, 50)
    .option("--seconds <count>", "time of requests to each language", parseCount, 5)
    .option("-o, --output <file>", "where the figures go (default: figures.json in Plinth's cache folder)")
    .addHelpText("after", examples("plinth bench", "plinth bench --languages js,go --seconds 10"));
  return addJsonOption(command).action(async ({ languages: names, tenants, seconds, output: file }: BenchOptions) => {
    const output = outputFor(command, surroundings);
    // CPU time and memory are read from /proc.
    if (process.platform !== "linux") throw plinthError("PLINTH_USAGE", ["plinth bench needs Linux"]);
    const languages = chosen(surroundings, names);
    const { measureFigures } = await import("../capacity/measure.ts");
    const onProgress = (line: string) => output.progress(line);
    const figures = await measureFigures({ languages, tenants, seconds, onProgress });
    const path = file === undefined ? figuresFile(surroundings.env) : resolve(file);
    await writeFigures(path, figures);
    output.result({ file: path, figures }, () =>
      [
        ...Object.entries(figures.languages).map(
          ([name, { cpuMs, tenantBytes }]) =>
            `${name}: ${cpuMs.toFixed(2)} ms of CPU time a request, ${Math.ceil(tenantBytes / 1024)} KiB a tenant`,
        ),
        `written to ${path}`,
      ].join("\n"),
    );
  });
}

/** @throws PLINTH_USAGE if there is no such language */
function chosen({ languages }: Surroundings, names: string | undefined): readonly Language[] {
  if (names === undefined) {
    const isBuilt = ({ folder }: Language) => existsSync(join(folder, "dist/runtime.json"));
    return languages.all.filter((language) => language.package.loadedByName !== true && isBuilt(language));
  }
  return names.split(",").map((name) => {
    if (!languages.names.includes(name)) throw plinthError("PLINTH_USAGE", [`there is no language ${name}`]);
    return languages.get(name);
  });
}
