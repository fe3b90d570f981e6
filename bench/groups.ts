/**
 * `npm run bench -- groups [--seconds N] [--kills N]`: the cost of process groups for a request and in memory, and the
 * time until a killed group serves again.
 */
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { buildProject } from "../host/toolchain/build-project.ts";
import { numbered } from "../runtimes/showcase.ts";
import { settledMemory } from "./memory/process-memory.ts";
import { spreadOf } from "./statistics.ts";
import type { Server } from "./throughput/arm.ts";
import { loadClient } from "./throughput/client.ts";
import { handlerOf } from "./throughput/handlers.ts";
import { startPlinth } from "./throughput/plinth-arm.ts";
import { readCpu } from "./throughput/process-cpu.ts";

const GROUPS = [0, 1, 2, 4];
const HANDLERS = ["hello", "echo", "body"] as const;
const TENANTS = 8;
const CONNECTIONS = 8;
const WARM_UP_SECONDS = 3;

export async function benchmarkGroups(args: string[]): Promise<void> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ args, options: { seconds: text, kills: text } });
  const [seconds, kills] = [Number(values.seconds ?? 5), Number(values.kills ?? 5)];
  const program = new URL("./throughput/programs/js", import.meta.url).pathname;
  const { component } = await buildProject(program);
  const client = await loadClient();
  for (const groups of GROUPS) {
    await using server = await startPlinth({
      tenants: TENANTS,
      isolation: "request",
      upload: (tenant) => numbered(component, tenant),
      settings: { PLINTH_RUNTIMES: "plinth:js", PLINTH_REQUEST_LOG: "off", PLINTH_GROUPS: String(groups) },
      say: (what) => console.error(`${groups} groups: ${what}`),
    });
    const [host] = server.pids as [number];
    for (const name of HANDLERS) {
      const handler = handlerOf(name);
      const paths = Array.from({ length: TENANTS }, (_, tenant) => server.path(handler, tenant));
      const send = (time: number) =>
        client.send({ origin: server.origin, paths, handler, connections: CONNECTIONS, seconds: time });
      await send(WARM_UP_SECONDS);
      const pids = [host, ...(await childrenOf(host))];
      const before = await readCpu(pids);
      const { requests, seconds: took, p50Us, errors } = await send(seconds);
      const cpuUs = ((await readCpu(pids)).totalUs - before.totalUs) / requests;
      console.log(
        `${groups} groups, ${name}: ${(requests / took).toFixed(0)} requests/s, CPU ${cpuUs.toFixed(0)} us a request, ` +
          `p50 ${(p50Us / 1000).toFixed(2)} ms, ${errors} errors`,
      );
    }
    const memory = await Promise.all([host, ...(await childrenOf(host))].map((pid) => settledMemory(pid)));
    const [own, ...rest] = memory.map((bytes) => (bytes / 2 ** 20).toFixed(0));
    // The host may have a child of another kind, a builder of glue.
    const others = rest.slice(0, groups);
    console.log(`${groups} groups: memory ${own} MiB, groups ${others.join(", ") || "none"}`);
    if (groups === 0) continue;
    const times: number[] = [];
    for (let n = 0; n < kills; n++) times.push(await killOne(server, host));
    const { median, least, most } = spreadOf(times);
    const range = `${least.toFixed(0)} to ${most.toFixed(0)}`;
    console.log(`${groups} groups: all tenants served ${median.toFixed(0)} ms after a kill (${range})`);
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, "utf8")));
  return lists.join(" ").split(" ").filter(Boolean).map(Number);
}

/** @returns the time from the kill of a group's process until all tenants answer again, ms */
async function killOne({ origin, path }: Server, host: number): Promise<number> {
  const paths = Array.from({ length: TENANTS }, (_, tenant) => path(handlerOf("hello"), tenant));
  const failures = async () => {
    const answers = await Promise.all(paths.map((of) => fetch(origin + of)));
    await Promise.all(answers.map((answer) => answer.arrayBuffer()));
    return answers.filter(({ ok }) => !ok).length;
  };
  // The host puts the restart of a short-lived process off, so this process lives for a while first.
  await delay(10_500);
  const [victim] = await childrenOf(host);
  const begin = performance.now();
  process.kill(victim!, "SIGKILL");
  while ((await failures()) === 0) await delay(1);
  while ((await failures()) > 0) await delay(5);
  return performance.now() - begin;
}
