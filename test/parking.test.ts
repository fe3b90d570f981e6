/** A tenant whose limits keep ending its requests is parked, its owner and the operator are told, and others are served. */
import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { startTestHost } from "./support/host.ts";
import { logOf } from "./support/logs.ts";
import { answering, slimComponent } from "./support/programs.ts";

const loop = slimComponent("export default { fetch() { for (;;); } };");
const bad = slimComponent(`export default { fetch(request) {
  if (request.url.endsWith("/good")) return new Response("good");
  for (;;);
} };`);

async function parkedOf(host: Awaited<ReturnType<typeof startTestHost>>, name: string) {
  return (
    (await (await host.admin(`/v1/tenants/${name}`)).json()) as { parked: { until: string; reason: string } | null }
  ).parked;
}

it("a tenant that keeps being cut is parked until its time is over or the operator unparks it", async () => {
  let log = "";
  const destination = new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk);
      done();
    },
  });
  const options = { cpuMs: 20, parkLostCpuMs: 20, parkMs: 600_000, logLevel: "warn", log: destination } as const;
  await using host = await startTestHost(options);
  await host.deploy("loop", loop);
  await host.deploy("honest", answering("'honest'"));
  expect(await parkedOf(host, "loop")).toBeNull();
  const codes = new Set<string>();
  await expect
    .poll(
      async () => {
        const response = await host.fetch("loop");
        const { error } = (await response.json()) as { error: { code: string } };
        codes.add(`${response.status} ${error.code}`);
        return error.code === "PLINTH_TENANT_PARKED" ? Number(response.headers.get("retry-after")) : 0;
      },
      { timeout: 60_000, interval: 0 },
    )
    .toBeGreaterThan(500);
  expect(codes).toEqual(new Set(["503 PLINTH_CPU_LIMIT", "503 PLINTH_TENANT_PARKED"]));
  expect(await (await host.fetch("honest")).text()).toBe("honest");

  const parked = await parkedOf(host, "loop");
  expect(Date.parse(parked!.until)).toBeGreaterThan(Date.now());
  expect(await parkedOf(host, "honest")).toBeNull();
  const own = await logOf(host, "loop");
  expect(own).toContain("warn: limits keep ending the tenant's requests, so it gets 1/8");
  expect(own).toContain(`error: the tenant is parked until ${parked!.until}`);
  const events = log.split("\n").filter((line) => line.includes('"event":"tenant-parked"'));
  expect(events.map((line) => JSON.parse(line))).toMatchObject([{ tenant: "loop", until: parked!.until }]);

  expect((await host.admin("/v1/tenants/loop/parking", { method: "DELETE" })).status).toBe(204);
  expect(await parkedOf(host, "loop")).toBeNull();
  expect(await (await host.fetch("loop")).text()).toContain("PLINTH_CPU_LIMIT");
});

it("a tenant with few bad requests among good ones, and every tenant where parking is off, is never parked", async () => {
  await using host = await startTestHost({ cpuMs: 20, parkLostCpuMs: 1, parking: "off" });
  await host.deploy("bad", bad);
  for (let n = 0; n < 25; n++) expect(await (await host.fetch("bad")).text()).toContain("PLINTH_CPU_LIMIT");
  expect(await parkedOf(host, "bad")).toBeNull();

  await using on = await startTestHost({ cpuMs: 20, parkLostCpuMs: 1, parkSharePercent: 90 });
  await on.deploy("bad", bad);
  for (let n = 0; n < 4; n++) expect((await on.fetch("bad")).status).toBe(503);
  for (let n = 0; n < 20; n++) expect(await (await on.fetch("bad", "/good")).text()).toBe("good");
  expect(await parkedOf(on, "bad")).toBeNull();
  expect(await logOf(on, "bad")).not.toContain("keep ending");
});
