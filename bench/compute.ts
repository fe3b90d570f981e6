/**
 * `npm run bench -- compute`: work inside a handler, on the shared runtime and in the static build of the same source. The
 * program measures itself. Calls of the two arms take turns, and the best of each arm's many calls counts.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { builtIn } from "../runtimes/registry.ts";
import { type ComputeProgram, showcaseOf } from "../runtimes/showcase.ts";
import { startHostProcess } from "./host-process.ts";
import { admin, closeConnections, get } from "./memory/client.ts";

const ROUNDS = 12;

export async function benchmarkCompute(): Promise<void> {
  for (const language of builtIn.all) {
    const program = (await showcaseOf(language))?.benchmarks.compute;
    if (program === undefined) continue;
    console.log(language.title);
    await measure(program);
  }
}

async function measure({ workloads, build }: ComputeProgram): Promise<void> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "plinth-bench-"));
  try {
    const arms = {
      slim: await build("shared"),
      static: await build("static"),
    };
    await using host = await startHostProcess(dataDir, { PLINTH_CPU_MS: "20000" });
    for (const [name, upload] of Object.entries(arms)) {
      await admin(host, "POST", "/v1/tenants", { json: { name } });
      await admin(host, "POST", `/v1/tenants/${name}/versions?activate=true`, { wasm: upload });
    }
    console.log("workload".padEnd(10), "slim, ms".padStart(10), "static, ms".padStart(12), "slim/static".padStart(13));
    for (const workload of workloads) {
      const best = { slim: Number.POSITIVE_INFINITY, static: Number.POSITIVE_INFINITY };
      for (let round = 0; round < ROUNDS; round++) {
        for (const arm of ["slim", "static"] as const) {
          const { status, body } = await get(`${host.ingress}/t/${arm}/${workload}`);
          if (status !== 200) throw new Error(`${arm} answered ${status}: ${body}`);
          best[arm] = Math.min(best[arm], Number(body) / 1000);
        }
      }
      const ratio = (best.slim / best.static).toFixed(2);
      console.log(
        workload.padEnd(10),
        best.slim.toFixed(2).padStart(10),
        best.static.toFixed(2).padStart(12),
        ratio.padStart(13),
      );
    }
  } finally {
    closeConnections();
    await rm(dataDir, { recursive: true, force: true });
  }
}
