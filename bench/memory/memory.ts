/** `npm run bench -- memory`: compares static and shared tenants. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { builtIn } from "../../runtimes/registry.ts";
import { keepAwake } from "../keep-awake.ts";
import { measureArms } from "./measure.ts";
import { memoryPage } from "./page.ts";
import { type Arm, type Program, programsOf } from "./programs.ts";
import { type MemoryReport, memoryTable, reportOf } from "./report.ts";

const usage = (programs: readonly Program[]) => `usage: npm run bench -- memory [OPTIONS]

  --runtime NAME        the language whose runtime is shared (default ${programs[0]!.runtime})
  --program NAME        what the tenants run (default: the language's first):
${programs.map(({ runtime, name }) => `                          --runtime ${runtime} --program ${name}`).join("\n")}
  --tenants N           tenants of the shared arm (default 500)
  --static-tenants N    tenants of the static arm (default: as many)
  --idle                let idle CPUs sleep: what waking them costs is in each request, then
  --json FILE           where the figures go (default bench/results/memory-RUNTIME-PROGRAM.json)
  --html FILE           where the picture goes (default: beside the JSON)
`;

export async function benchmarkMemory(args: string[]): Promise<void> {
  const programs = await programsOf(builtIn.all);
  const options = readOptions(args, programs);
  if (options === null) {
    process.stderr.write(usage(programs));
    process.exitCode = 2;
    return;
  }
  const tenants = { shared: options.tenants, static: options.staticTenants };
  const report = await runMemoryBenchmark(options.program, tenants, { idle: options.idle, rest: true }, (text) =>
    console.error(text),
  );
  await write(options.json, `${JSON.stringify(report, null, 2)}\n`);
  await write(options.html, memoryPage(report));
  console.log(memoryTable(report));
  console.log(`\n${options.json}\n${options.html}`);
}

/**
 * @param idle whether idle CPUs may sleep
 * @param rest as for `measureArms`
 */
export async function runMemoryBenchmark(
  program: Program,
  tenants: Record<Arm, number>,
  { idle, rest }: { idle: boolean; rest: boolean },
  say: (text: string) => void,
): Promise<MemoryReport> {
  using _awake = idle ? null : keepAwake();
  return reportOf(program, await measureArms(program, tenants, rest, say), idle ? "may sleep" : "kept awake");
}

interface Options {
  program: Program;
  tenants: number;
  staticTenants: number;
  idle: boolean;
  json: string;
  html: string;
}

function readOptions(args: string[], programs: readonly Program[]): Options | null {
  const text = { type: "string" } as const;
  let values: Partial<Record<"runtime" | "program" | "tenants" | "static-tenants" | "json" | "html", string>> & {
    idle?: boolean;
  };
  try {
    ({ values } = parseArgs({
      args,
      options: {
        runtime: text,
        program: text,
        tenants: text,
        "static-tenants": text,
        idle: { type: "boolean" },
        json: text,
        html: text,
      },
    }));
  } catch {
    return null;
  }
  const tenants = Number(values.tenants ?? 500);
  const staticTenants = Number(values["static-tenants"] ?? tenants);
  const positive = (count: number) => Number.isInteger(count) && count > 0;
  const runtime = values.runtime ?? programs[0]!.runtime;
  const program = programs.find(
    (candidate) => candidate.runtime === runtime && (values.program === undefined || candidate.name === values.program),
  );
  if (program === undefined || !positive(tenants) || !positive(staticTenants)) return null;
  const json = resolve(values.json ?? `bench/results/memory-${runtime}-${program.name}.json`);
  const { idle = false } = values;
  return {
    program,
    tenants,
    staticTenants,
    idle,
    json,
    html: resolve(values.html ?? json.replace(/(\.json)?$/, ".html")),
  };
}

async function write(file: string, contents: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, contents);
}
