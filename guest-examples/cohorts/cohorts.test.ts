import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployExample, putValue } from "../../test/support/example.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";
import { type Origin, startOrigin } from "../../test/support/origin.ts";
import { visitMany } from "../../test/support/visitors.ts";

let host: TestHost;
let blue: Origin;
let green: Origin;
beforeAll(async () => {
  blue = await startOrigin((request, response) => response.end(`blue ${request.url}`));
  green = await startOrigin((request, response) => response.end(`green ${request.url}`));
  host = await startTestHost({ fetchPrivateNetworks: ["127.0.0.0/8"] });
  await deployExample(host, "cohorts", import.meta.dirname, (config) => ({
    ...config,
    vars: { ...config.vars, INSTALLATIONS: { blue: blue.url, green: green.url } },
    fetch: { allow: [blue.host, green.host] },
  }));
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await Promise.all([blue[Symbol.asyncDispose](), green[Symbol.asyncDispose]()]);
});

describe("the experiment", () => {
  test("divides 3,000 visitors by its shares, and each stays where they are", async () => {
    const visits = await visitMany(3_000, () => host.fetch("cohorts"));
    const bold = visits.filter(({ headers }) => headers.get("x-cohort") === "headline/bold");
    // 20% of 3,000, give or take five standard deviations: chance misses that once in 1.7 million runs.
    const deviation = Math.sqrt(3_000 * 0.2 * 0.8);
    expect(Math.abs(bold.length - 600)).toBeLessThan(5 * deviation);
    expect(new Set(visits.map(({ cookie }) => cookie)).size).toBe(3_000);

    const some = visits.slice(0, 200);
    for (const { headers, cookie } of some) {
      const again = await host.fetch("cohorts", "/", { headers: { cookie } });
      expect([again.headers.get("x-cohort"), again.headers.getSetCookie()]).toEqual([headers.get("x-cohort"), []]);
    }
  });

  test("a cohort sees its headline, in a page that no cache keeps for others", async () => {
    const response = await host.fetch("cohorts");
    const bold = response.headers.get("x-cohort") === "headline/bold";
    expect(await response.text()).toContain(bold ? "Your statue deserves this base" : "Bases for statues");
    expect(response.headers.get("cache-control")).toBe("private");
  });
});

describe("blue and green", () => {
  const get = async (cookie = "") => {
    const response = await host.fetch("cohorts", "/app/start?x=1", { headers: { cookie } });
    return [response.headers.get("x-colour"), await response.text()];
  };

  test("a tester sees the other one, and all do when the switch is turned", async () => {
    expect(await get()).toEqual(["blue", "blue /app/start?x=1"]);
    expect(await get("a=1; colour=green")).toEqual(["green", "green /app/start?x=1"]);
    expect(await get("colour=constructor")).toEqual(["blue", "blue /app/start?x=1"]);
    await putValue(host, "cohorts", "switch", "live", "green\n");
    expect(await get()).toEqual(["green", "green /app/start?x=1"]);
    expect(await get("colour=blue")).toEqual(["blue", "blue /app/start?x=1"]);
  });

  test("a body goes along", async () => {
    await host.fetch("cohorts", "/app/save", { method: "POST", body: "x" });
    expect(green.requests.at(-1)).toMatchObject({ method: "POST", url: "/app/save" });
  });
});
