/** `npm run bench -- memory`: static against shared. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { measureArm } from "./measure.ts";
import { memoryPage } from "./page.ts";
import { type Program, programs } from "./programs.ts";
import { type MemoryReport, memoryTable, reportOf } from "./report.ts";

const usage = `usage: npm run bench -- memory [--runtime js|go] [--program NAME] [--tenants N] [--static-tenants N] [--json FILE] [--html FILE]

  --runtime NAME        the language whose runtime is shared: js (default) or go
  --program NAME        what the tenants run: hello (default); with go also json
  --tenants N           tenants of the shared arm (default 500)
  --static-tenants N    tenants of the static arm (default: as many)
  --json FILE           where the figures go (default bench/results/memory-RUNTIME-PROGRAM.json)
  --html FILE           where the picture goes (default: beside the JSON)
`;

export async function benchmarkMemory(args: string[]): Promise<void> {
  const options = readOptions(args);
  if (options === null) {
    process.stderr.write(usage);
    process.exitCode = 2;
    return;
  }
  const report = await runMemoryBenchmark(options.program, options.tenants, options.staticTenants, (text) =>
    console.error(text),
  );
  await write(options.json, `${JSON.stringify(report, null, 2)}\n`);
  await write(options.html, memoryPage(report));
  console.log(memoryTable(report));
  console.log(`\n${options.json}\n${options.html}`);
}

/** Both arms, one after the other, each in processes of its own. */
export async function runMemoryBenchmark(
  program: Program,
  tenants: number,
  staticTenants: number,
  say: (text: string) => void,
): Promise<MemoryReport> {
  const shared = await measureArm(program, "shared", tenants, say);
  const static_ = await measureArm(program, "static", staticTenants, say);
  return reportOf(program, static_, shared);
}

interface Options {
  program: Program;
  tenants: number;
  staticTenants: number;
  json: string;
  html: string;
}

function readOptions(args: string[]): Options | null {
  const text = { type: "string" } as const;
  let values: Partial<Record<"runtime" | "program" | "tenants" | "static-tenants" | "json" | "html", string>>;
  try {
    ({ values } = parseArgs({
      args,
      options: { runtime: text, program: text, tenants: text, "static-tenants": text, json: text, html: text },
    }));
  } catch {
    return null;
  }
  const tenants = Number(values.tenants ?? 500);
  const staticTenants = Number(values["static-tenants"] ?? tenants);
  const positive = (count: number) => Number.isInteger(count) && count > 0;
  const { runtime = "js", program: name = "hello" } = values;
  const program = programs.find((candidate) => candidate.runtime === runtime && candidate.name === name);
  if (program === undefined || !positive(tenants) || !positive(staticTenants)) return null;
  const json = resolve(values.json ?? `bench/results/memory-${runtime}-${name}.json`);
  return { program, tenants, staticTenants, json, html: resolve(values.html ?? json.replace(/(\.json)?$/, ".html")) };
}

async function write(file: string, contents: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, contents);
}
