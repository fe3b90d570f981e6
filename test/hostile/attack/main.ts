/**
 * `npm run attack -- [PART...]`: measures the cost of hostile tenants for good ones. The parts are `each` (one kind
 * after the other beside good tenants), `together` (all kinds at once), `throughput` (good tenants in a closed loop
 * beside an endless loop) and `cuts` (the CPU time of a runaway over its budget). Without a part, all of them run.
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { cuts } from "./cuts.ts";
import { goodPrograms } from "./good.ts";
import { everyKind } from "./kinds.ts";
import { cutTable, steadyTable, throughputTable } from "./report.ts";
import { type Steady, steady } from "./steady.ts";
import { throughput } from "./throughput.ts";

const USAGE = `usage: npm run attack -- [each] [together] [throughput] [cuts] [options]
  --kinds A,B          kinds whose names contain one of these (js-loop, go-, memory, ...); all kinds without it
  --connections N      of each kind in each (50), of all kinds in together (200)
  --seconds N          of each part (10)
  --rate N             calls of each good tenant a second (50)
  --json FILE          writes all figures, and what hostile tenants were answered
kinds: ${everyKind.map(({ name }) => name).join(" ")}`;

const parts = ["each", "together", "throughput", "cuts"];

function options() {
  const string = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { kinds: string, connections: string, seconds: string, rate: string, json: string },
  });
  const number = (text: string | undefined, otherwise: number) => {
    const value = Number(text ?? otherwise);
    if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${text} is no number of at least 1`);
    return value;
  };
  const unknown = positionals.find((part) => !parts.includes(part));
  if (unknown !== undefined) throw new Error(`there is no part ${unknown}`);
  const named = values.kinds?.split(",");
  const chosen = everyKind.filter(({ name }) => named?.some((part) => name.includes(part)) ?? true);
  if (chosen.length === 0) throw new Error(`there are no kinds ${values.kinds}`);
  return {
    chosen,
    has: (part: string) => positionals.length === 0 || positionals.includes(part),
    each: number(values.connections, 50),
    together: number(values.connections, 200),
    seconds: number(values.seconds, 10),
    rate: number(values.rate, 50),
    json: values.json,
  };
}

async function attack({ chosen, has, each, together, seconds, rate, json }: ReturnType<typeof options>): Promise<void> {
  const good = await goodPrograms();
  const all: Record<string, unknown> = {};
  if (has("each") || has("together")) {
    const measure = { good, seconds, rate };
    const rows: Steady[] = [await steady("nobody", [], 0, measure)];
    for (const kind of has("each") ? chosen : []) {
      rows.push(await steady(kind.name, [kind], each, measure));
      console.error(steadyTable(rows[0]!, rows.slice(-1)).split("\n").slice(1).join("\n"));
    }
    if (has("together")) rows.push(await steady("all at once", chosen, together, measure));
    console.log(steadyTable(rows[0]!, rows));
    all.steady = rows;
  }
  if (has("throughput")) {
    const rows = await throughput(good, seconds);
    console.log(throughputTable(rows));
    all.throughput = rows;
  }
  if (has("cuts")) {
    const rows = await cuts();
    console.log(cutTable(rows));
    all.cuts = rows;
  }
  if (json !== undefined) await writeFile(json, JSON.stringify(all, null, 2));
}

let chosen: ReturnType<typeof options> | undefined;
try {
  chosen = options();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  process.exitCode = 2;
}
if (chosen !== undefined) await attack(chosen);
