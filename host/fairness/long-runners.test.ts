import { describe, expect, test } from "vitest";
import { LongRunners } from "./long-runners.ts";

const KNOWN_AFTER = 16;

function runnersAfter(shortSteps: number, cpuMs = 0.1): LongRunners {
  const runners = new LongRunners();
  for (let n = 0; n < shortSteps; n++) runners.ranShort("t", cpuMs);
  return runners;
}

/** @returns the number of short steps until the tenant leaves the lane */
function shortStepsIn(lane: string, runners: LongRunners): number {
  let steps = 0;
  for (; runners.laneOf("t") === lane; steps++) runners.ranShort("t", 0.1);
  return steps;
}

describe("the lane of a tenant", () => {
  test("is a trial until enough of its steps were short", () => {
    expect(new LongRunners().laneOf("t")).toBe("trial");
    expect(shortStepsIn("trial", new LongRunners())).toBe(KNOWN_AFTER);
  });

  test("is the express lane if it has used little lately, else the fast one", () => {
    expect(runnersAfter(KNOWN_AFTER).laneOf("t")).toBe("express");
    expect(runnersAfter(KNOWN_AFTER, 4).laneOf("t")).toBe("fast");
  });

  test("is the slow one for a step after a long one on trial", () => {
    const runners = new LongRunners();
    runners.ranLong("t", 10);
    expect(runners.laneOf("t")).toBe("slow");
    runners.ranShort("t", 0.1);
    expect(runners.laneOf("t")).toBe("trial");
  });

  test("stays what it is for a known tenant with one long step among many, and is a trial after more", () => {
    const runners = runnersAfter(200);
    const lanes = [1, 2, 3].map(() => {
      runners.ranLong("t", 5);
      return runners.laneOf("t");
    });
    expect(lanes).toEqual(["express", "express", "trial"]);
  });

  test("is the slow one for longer and longer if the tenant runs long again and again, up to a bound", () => {
    const runners = new LongRunners();
    for (let n = 0; n < 20; n++) runners.ranLong("t", 10);
    expect(shortStepsIn("slow", runners)).toBe(64);
    expect(shortStepsIn("trial", runners)).toBe(64);
  });

  test("forgets long steps after many short ones", () => {
    const runners = new LongRunners();
    for (let n = 0; n < 20; n++) runners.ranLong("t", 10);
    for (let n = 0; n < 128; n++) runners.ranShort("t", 0.1);
    for (let n = 0; n < 3; n++) runners.ranLong("t", 10);
    expect(shortStepsIn("trial", runners)).toBeLessThanOrEqual(KNOWN_AFTER);
  });

  test("is the slow one for a tenant that is confined, whatever its steps take", () => {
    const runners = runnersAfter(200);
    runners.confine("t");
    for (let n = 0; n < 200; n++) runners.ranShort("t", 0.1);
    expect(runners.laneOf("t")).toBe("slow");
  });
});
