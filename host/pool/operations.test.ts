import { describe, expect, it } from "vitest";
import { Operations } from "./operations.ts";

describe("Operations", () => {
  it("gives timers in the order in which they end, those that ended together at once", async () => {
    const operations = new Operations();
    operations.startTimer(1, 30);
    operations.startTimer(2, 1);
    expect(await operations.next()).toEqual([2]);
    expect(operations.outstanding).toBe(1);
    expect(await operations.next()).toEqual([1]);
    expect(operations.outstanding).toBe(0);
  });

  it("keeps what ended while nobody waited", async () => {
    const operations = new Operations();
    operations.startTimer(1, 1);
    operations.startTimer(2, 2);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(operations.outstanding).toBe(2);
    expect((await operations.next()).sort()).toEqual([1, 2]);
  });

  it("forgets what is cancelled, ended or not", async () => {
    const operations = new Operations();
    operations.startTimer(1, 1);
    operations.startTimer(2, 60_000);
    operations.startTimer(3, 5);
    await new Promise((resolve) => setTimeout(resolve, 3));
    operations.cancel(1);
    operations.cancel(2);
    expect(await operations.next()).toEqual([3]);
    expect(operations.outstanding).toBe(0);
  });
});
