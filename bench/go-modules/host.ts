/** The host that serves the slim programs. */
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { HostProcess } from "../host-process.ts";

/** @throws Error with the host's answer if it refuses the program */
export async function deploy(host: HostProcess, name: string, component: Uint8Array<ArrayBuffer>): Promise<void> {
  await admin(host, "/v1/tenants", "application/json", JSON.stringify({ name }));
  await admin(host, `/v1/tenants/${name}/versions?activate=true`, "application/wasm", component);
}

async function admin(
  host: HostProcess,
  path: string,
  type: string,
  body: string | Uint8Array<ArrayBuffer>,
): Promise<void> {
  const headers = { authorization: `Bearer ${host.token}`, "content-type": type };
  const response = await fetch(`${host.admin}${path}`, { method: "POST", headers, body });
  const text = await response.text();
  if (response.ok) return;
  const { error } = JSON.parse(text) as { error: { code: string; message: string } };
  throw new Error(`${error.code}: ${error.message}`);
}

/** CPU time of a second below which a process is at rest, in ticks of 10 ms. */
const REST_TICKS = 10;
/** Seconds after which the measurement begins in any case. */
const MOST_SECONDS = 60;

/** Waits until a host has compiled the programs, after its start. */
export async function settled(pid: number): Promise<void> {
  let before = await ticks(pid);
  for (let second = 0; second < MOST_SECONDS; second++) {
    await sleep(1_000);
    const now = await ticks(pid);
    if (now - before < REST_TICKS) return;
    before = now;
  }
}

async function ticks(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]!.split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
