/**
 * `npm run bench -- switch [--runtime NAME] [--requests N]`: the cost of a switch of tenants, restore included, measured
 * inside the worker by the serving code. One worker has one slot, so that every request finds another tenant there
 * ("tenant to tenant") or its own tenant ("same tenant").
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { SlimTarget } from "../host/pool/target.ts";
import type { WireRequest } from "../host/protocol/http.ts";
import type { StepResult } from "../host/protocol/slot-step.ts";
import { builtIn } from "../runtimes/registry.ts";
import { type SwitchProgram, showcaseOf } from "../runtimes/showcase.ts";
import { openOneSlot } from "./one-slot.ts";
import { percentile } from "./statistics.ts";

const TENANTS = 12;

export interface SwitchFigures {
  program: string;
  order: "tenant to tenant" | "same tenant";
  switchUs: { p50: number; p99: number };
  /** Time of the switch, the lifting, the tenant's code and the lowering. */
  stepUs: { p50: number; p99: number };
}

export async function benchmarkSwitch(args: string[]): Promise<void> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ args, options: { runtime: text, requests: text, json: text } });
  const language = builtIn.get(values.runtime ?? builtIn.all[0]!.name);
  const programs = (await showcaseOf(language))?.benchmarks.switch ?? [];
  const subjects = programs.map((program) => ({ ...program, name: `${language.name} ${program.name}` }));
  const figures = await measureSwitches(subjects, Number(values.requests ?? 6_000));
  const us = ({ p50, p99 }: { p50: number; p99: number }) => `${p50.toFixed(0).padStart(6)} (${p99.toFixed(0)}) us`;
  console.log("p50 (p99)".padEnd(32), "switch".padEnd(20), "whole step");
  for (const { program, order: way, switchUs, stepUs } of figures) {
    console.log(`${program}, ${way}`.padEnd(32), us(switchUs).padEnd(20), us(stepUs));
  }
  if (values.json === undefined) return;
  await mkdir(dirname(resolve(values.json)), { recursive: true });
  await writeFile(values.json, `${JSON.stringify({ benchmark: "switch", figures }, null, 2)}\n`);
}

async function measureSwitches(subjects: readonly SwitchProgram[], requests: number): Promise<SwitchFigures[]> {
  await using slot = await openOneSlot();
  const figures: SwitchFigures[] = [];
  for (const { name, build, method, path, body } of subjects) {
    const tenants: SlimTarget[] = [];
    for (let n = 0; n < TENANTS; n++) {
      tenants.push(await slot.deploy(`${name.replace(" ", "-")}-${n}`, await build(n)));
    }
    const request: WireRequest = {
      method,
      uri: `http://bench.localhost${path}`,
      headers: [
        ["host", "bench.localhost"],
        ["accept", "*/*"],
        ["user-agent", "bench"],
      ],
      body: new TextEncoder().encode(body),
    };
    for (const way of ["tenant to tenant", "same tenant"] as const) {
      const results: StepResult[] = [];
      for (let i = 0; i < requests; i++) {
        const tenant = tenants[way === "same tenant" ? 0 : i % TENANTS]!;
        const result = await slot.run(tenant, request);
        // The first third of the requests is warm-up.
        if (i > requests / 3) results.push(result);
      }
      const both = (value: (result: StepResult) => number) => {
        const list = results.map(value);
        return { p50: percentile(list, 50), p99: percentile(list, 99) };
      };
      figures.push({
        program: name,
        order: way,
        switchUs: both(({ switchUs }) => switchUs),
        stepUs: both(({ stepUs }) => stepUs),
      });
    }
  }
  return figures;
}
