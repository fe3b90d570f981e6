/** Runs the benchmark with its options, for any arms. throughput.ts lists the options. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { table } from "../../host/cli/table.ts";
import type { Arm } from "./arm.ts";
import { drawCharts } from "./charts.ts";
import { loadClient } from "./client.ts";
import { htmlOf } from "./html.ts";
import { measureArms } from "./measure.ts";
import { fullPlan, type PlanOptions, planOf } from "./plan.ts";
import { reportOf } from "./report.ts";
import { type Sheet, sheetsOf } from "./sheets.ts";

export async function runBenchmark(
  name: string,
  arms: readonly Arm[],
  quickPlan: PlanOptions,
  args: string[],
): Promise<void> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      arms: text,
      handlers: text,
      tenants: text,
      connections: text,
      rounds: text,
      seconds: text,
      json: text,
      html: text,
    },
  });
  const { quick } = values;
  const chosen = arms.filter((arm) => arm.name.includes(values.arms ?? ""));
  if (chosen.length === 0)
    throw new Error(`no arm has ${values.arms} in its name; the arms are ${arms.map((arm) => arm.name).join(", ")}`);
  const plan = quick ? quickPlan : fullPlan;
  const cells = planOf({
    handlers: values.handlers?.split(",") ?? plan.handlers,
    tenants: numbers(values.tenants) ?? plan.tenants,
    connections: numbers(values.connections) ?? plan.connections,
  });
  const rounds = Number(values.rounds ?? (quick ? 1 : 5));
  const seconds = Number(values.seconds ?? (quick ? 1 : 3));
  const client = await loadClient();
  const say = (line: string) => console.error(line);
  const run = await measureArms(chosen, { cells, rounds, seconds, client, say });
  const report = reportOf({ benchmark: name, client: client.name, rounds, seconds, ...run });
  for (const sheet of sheetsOf(report)) console.log(`\n${sheet.title}\n${textOf(sheet)}`);
  if (values.json !== undefined) await write(values.json, `${JSON.stringify(report, null, 2)}\n`);
  if (values.html !== undefined) await write(values.html, htmlOf(report, await drawCharts(report)));
}

function numbers(list: string | undefined): number[] | undefined {
  return list?.split(",").map(Number);
}

function textOf({ head, rows }: Sheet): string {
  return table(
    rows,
    head.map((title, column) => ({ title, value: (row) => row[column] ?? "" })),
  );
}

async function write(file: string, content: string): Promise<void> {
  await mkdir(dirname(resolve(file)), { recursive: true });
  await writeFile(file, content);
}
