/**
 * `npm run bench -- compute`: work inside a Go handler, on the shared base and in the static build of the same source. The
 * program measures itself; the best of many calls is taken, for both arms in turns.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildGo } from "../../runtimes/go/build-tenant.ts";
import { linkStaticProgram } from "../../runtimes/go/link-program.ts";
import { findToolchain } from "../../runtimes/go/toolchain.ts";
import { startHostProcess } from "../host-process.ts";
import { admin, closeConnections, get } from "../memory/client.ts";

const workloads = ["sha256", "json", "sort", "regexp", "fib"];
const ROUNDS = 12;

export async function benchmarkCompute(): Promise<void> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "plinth-bench-"));
  try {
    const arms = {
      slim: (await buildGo(import.meta.dirname)).component,
      static: await linkStaticProgram(await findToolchain(), import.meta.dirname, { ldflags: "-s -w" }),
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
