import { describe, expect, test } from "vitest";
import type { Origin } from "../../test/support/origin.ts";
import { visitMany } from "../../test/support/visitors.ts";
import { describeExample, type Example, type OwnCases } from "./example.ts";

/** A page of one of the two installations, with its status, colour and text. */
export async function getApp(example: Example, cookie = ""): Promise<[number, string | null, string]> {
  const response = await example.fetch("/app/start?x=1", { headers: { cookie } });
  return [response.status, response.headers.get("x-colour"), await response.text()];
}

/** An experiment on the front page, and two installations behind a switch. */
export function cohorts(folder: string, own: OwnCases = () => {}): void {
  let green: Origin;
  const deploy = async (example: Example) => {
    const blue = await example.origin((request, response) => response.end(`blue ${request.url}`));
    green = await example.origin((request, response) => response.end(`green ${request.url}`));
    await example.deploy((config) => ({
      ...config,
      vars: { ...config.vars, INSTALLATIONS: { blue: blue.url, green: green.url } },
      fetch: { allow: [blue.host, green.host] },
    }));
  };
  describeExample(folder, deploy, (example) => {
    describe("the experiment", () => {
      test("divides 3,000 visitors by its shares, and each stays where they are", async () => {
        const visits = await visitMany(3_000, () => example.fetch());
        const bold = visits.filter(({ headers }) => headers.get("x-cohort") === "headline/bold");
        // 20% of 3,000, give or take five standard deviations: chance misses that once in 1.7 million runs.
        const deviation = Math.sqrt(3_000 * 0.2 * 0.8);
        expect(Math.abs(bold.length - 600)).toBeLessThan(5 * deviation);
        expect(new Set(visits.map(({ cookie }) => cookie)).size).toBe(3_000);

        const some = visits.slice(0, 200);
        for (const { headers, cookie } of some) {
          const again = await example.fetch("/", { headers: { cookie } });
          expect([again.headers.get("x-cohort"), again.headers.getSetCookie()]).toEqual([headers.get("x-cohort"), []]);
        }
      });

      test("a cohort sees its headline, in a page that no cache keeps for others", async () => {
        const response = await example.fetch();
        const bold = response.headers.get("x-cohort") === "headline/bold";
        expect(await response.text()).toContain(bold ? "Your statue deserves this base" : "Bases for statues");
        expect(response.headers.get("cache-control")).toBe("private");
      });
    });

    describe("blue and green", () => {
      test("a tester sees the other one, and all do when the switch is turned", async () => {
        expect(await getApp(example)).toEqual([200, "blue", "blue /app/start?x=1"]);
        expect(await getApp(example, "a=1; colour=green")).toEqual([200, "green", "green /app/start?x=1"]);
        expect(await getApp(example, "colour=constructor")).toEqual([200, "blue", "blue /app/start?x=1"]);
        await example.putValue("switch", "live", "green\n");
        expect(await getApp(example)).toEqual([200, "green", "green /app/start?x=1"]);
        expect(await getApp(example, "colour=blue")).toEqual([200, "blue", "blue /app/start?x=1"]);
      });

      test("a body goes along", async () => {
        await example.fetch("/app/save", { method: "POST", body: "x" });
        expect(green.requests.at(-1)).toMatchObject({ method: "POST", url: "/app/save" });
      });
    });

    own(example);
  });
}
