import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployExample, putValue } from "../../test/support/example.ts";
import { goIsInstalled, needsGo } from "../../test/support/go.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";
import { type Origin, startOrigin } from "../../test/support/origin.ts";
import { visitMany } from "../../test/support/visitors.ts";

describe.skipIf(!goIsInstalled)(`go-cohorts${needsGo}`, () => {
  let host: TestHost;
  let blue: Origin;
  let green: Origin;
  beforeAll(async () => {
    blue = await startOrigin((request, response) => response.end(`blue ${request.url}`));
    green = await startOrigin((request, response) => response.end(`green ${request.url}`));
    host = await startTestHost({ runtimes: ["plinth:go"], fetchPrivateNetworks: ["127.0.0.0/8"] });
    await deployExample(host, "cohorts", import.meta.dirname, (config) => ({
      ...config,
      vars: { ...config.vars, INSTALLATIONS: { blue: blue.url, green: green.url } },
      fetch: { allow: [blue.host, green.host] },
    }));
  }, 300_000);
  afterAll(async () => {
    await host?.[Symbol.asyncDispose]();
    await Promise.all([blue?.[Symbol.asyncDispose](), green?.[Symbol.asyncDispose]()]);
  });

  test("3,000 visitors are divided by the shares, and each stays where they are", async () => {
    const visits = await visitMany(3_000, () => host.fetch("cohorts"));
    const bold = visits.filter(({ headers }) => headers.get("x-cohort") === "headline/bold");
    // 20% of 3,000, give or take five standard deviations: chance misses that once in 1.7 million runs.
    expect(Math.abs(bold.length - 600)).toBeLessThan(5 * Math.sqrt(3_000 * 0.2 * 0.8));
    expect(new Set(visits.map(({ cookie }) => cookie)).size).toBe(3_000);

    for (const { headers, cookie } of visits.slice(0, 200)) {
      const again = await host.fetch("cohorts", "/", { headers: { cookie } });
      expect([again.headers.get("x-cohort"), again.headers.getSetCookie()]).toEqual([headers.get("x-cohort"), []]);
    }
  });

  test("a tester sees the other installation, and all do when the switch is turned", async () => {
    const get = async (cookie = "") => {
      const response = await host.fetch("cohorts", "/app/start?x=1", { headers: { cookie } });
      return [response.status, response.headers.get("x-colour"), await response.text()];
    };
    expect(await get()).toEqual([200, "blue", "blue /app/start?x=1"]);
    expect(await get("a=1; colour=green")).toEqual([200, "green", "green /app/start?x=1"]);
    await putValue(host, "cohorts", "switch", "live", "green\n");
    expect(await get()).toEqual([200, "green", "green /app/start?x=1"]);
    expect(await get("colour=blue")).toEqual([200, "blue", "blue /app/start?x=1"]);
    await putValue(host, "cohorts", "switch", "live", "red");
    expect(await get()).toEqual([503, null, "no installation is live\n"]);
  });
});
