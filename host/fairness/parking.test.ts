import { beforeEach, describe, expect, test } from "vitest";
import { Parking, type Strike } from "./parking.ts";

const MINUTE_MS = 60_000;
let now: number;
let strikes: Strike[];
const open = (isOn = true) =>
  new Parking({
    isOn,
    lostCpuMs: 2_000,
    sharePercent: 50,
    parkMs: MINUTE_MS,
    onStrike: (_tenant, strike) => void strikes.push(strike),
    now: () => now,
  });
beforeEach(() => {
  now = Date.UTC(2030, 0, 1);
  strikes = [];
});

/** Ends as many cut requests as make a strike. */
function strike(parking: Parking, times = 1): void {
  for (let i = 0; i < times * 5; i++) parking.ended("bad", 500, true);
}

describe("parking", () => {
  test("slows a tenant twice as much with each strike, and then parks it for longer each time", () => {
    const parking = open();
    const slowed = [1, 2, 3].map(() => {
      strike(parking);
      return parking.admit("bad");
    });
    expect(slowed).toEqual([2, 4, 8]);
    for (const minutes of [1, 2, 4]) {
      strike(parking);
      expect(() => parking.admit("bad")).toThrow(
        expect.objectContaining({ code: "PLINTH_TENANT_PARKED", details: { retryAfterSeconds: 60 * minutes } }),
      );
      expect(parking.parked("bad")?.until).toBe(new Date(now + minutes * MINUTE_MS).toISOString());
      now += minutes * MINUTE_MS;
      expect([parking.parked("bad"), parking.admit("bad")]).toEqual([null, 16]);
    }
    expect(strikes.map(({ slowedBy, parked }) => [slowedBy, parked !== null])).toEqual([
      [2, false],
      [4, false],
      [8, false],
      [16, true],
      [16, true],
      [16, true],
    ]);
  });

  test("is never for longer than an hour, and requests that end meanwhile do not make it longer", () => {
    const parking = open();
    for (let round = 0; round < 20; round++) {
      strike(parking);
      now = Math.max(now, Date.parse(parking.parked("bad")?.until ?? "1970"));
    }
    const from = now;
    strike(parking, 3);
    expect(Date.parse(parking.parked("bad")!.until) - from).toBe(60 * MINUTE_MS);
  });

  test("concerns no other tenant", () => {
    const parking = open();
    strike(parking, 4);
    expect([parking.admit("good"), parking.parked("good")]).toEqual([1, null]);
  });

  test("is forgotten with time, one strike after the other", () => {
    const parking = open();
    strike(parking, 3);
    now += 10 * MINUTE_MS;
    expect(parking.admit("bad")).toBe(4);
    now += 5 * MINUTE_MS;
    expect(parking.admit("bad")).toBe(4);
    now += 600 * MINUTE_MS;
    expect(parking.admit("bad")).toBe(1);
  });

  test("ends at once when the operator wants it, with no strike left", () => {
    const parking = open();
    strike(parking, 4);
    parking.release("bad");
    expect([parking.admit("bad"), parking.parked("bad")]).toEqual([1, null]);
  });

  test("can be turned off", () => {
    const parking = open(false);
    strike(parking, 40);
    expect([parking.admit("bad"), strikes]).toEqual([1, []]);
  });
});
