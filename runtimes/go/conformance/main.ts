/**
 * `npm run conformance:go -- [PKG...] [--json FILE] [--markdown FILE] [--jobs N] [--runs N] [--memory MIB] [--timeout
 * SECONDS]`
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { goRuntimePackage } from "../build.ts";
import { findToolchain } from "../toolchain.ts";
import { type ConformanceOptions, defaults, type PackageResult, runPackage } from "./conformance.ts";
import { markdownTable } from "./markdown.ts";
import { defaultPackages } from "./packages.ts";
import { header, lines, summary } from "./table.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "string" },
    markdown: { type: "string" },
    jobs: { type: "string", default: "1" },
    runs: { type: "string", default: String(defaults.runs) },
    memory: { type: "string", default: String(defaults.memoryPages / 16) },
    timeout: { type: "string", default: String(defaults.timeoutMs / 1000) },
  },
});
const options: ConformanceOptions = {
  memoryPages: Number(values.memory) * 16,
  timeoutMs: Number(values.timeout) * 1000,
  runs: Number(values.runs),
};
const onProgress = (line: string) => console.error(line);
const toolchain = await findToolchain({ onProgress });
const runtime = await goRuntimePackage(toolchain, onProgress);
const waiting = positionals.length > 0 ? [...positionals] : [...defaultPackages];
const order = new Map(waiting.map((pkg, index) => [pkg, index]));
const results: PackageResult[] = [];

console.log(header());
async function work(): Promise<void> {
  for (let pkg = waiting.shift(); pkg !== undefined; pkg = waiting.shift()) {
    const result = await runPackage(toolchain, runtime, pkg, options);
    results.push(result);
    console.log(lines(result));
  }
}
await Promise.all(Array.from({ length: Math.max(1, Number(values.jobs)) }, work));

results.sort((a, b) => order.get(a.package)! - order.get(b.package)!);
console.log(summary(results));
if (values.json !== undefined) {
  const { version, goroot } = toolchain;
  const report = {
    date: new Date().toISOString(),
    go: version,
    goroot,
    layout: runtime.manifest.layout?.id,
    options,
    results,
  };
  writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
}
if (values.markdown !== undefined) writeFileSync(values.markdown, markdownTable(results));
if (results.some(({ verdict }) => verdict === "differs")) process.exitCode = 1;
