import { describe, expect, it } from "vitest";
import { Operations } from "./operations.ts";

describe("Operations", () => {
  it("gives timers in the order in which they end, those that ended together at once", async () => {
    const operations = new Operations();
    operations.startTimer(1, 30);
    operations.startTimer(2, 1);
    operations.startTimer(3, 3_600_000);
    const ended: unknown[] = [];
    while (ended.length < 2) {
      ended.push(...(await operations.next()));
      expect(operations.outstanding).toBe(3 - ended.length);
    }
    expect(ended).toEqual([{ operation: 2 }, { operation: 1 }]);
    operations.clear();
  });

  it("keeps what ended while nobody waited", async () => {
    const operations = new Operations();
    operations.startTimer(1, 1);
    operations.startTimer(2, 2);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(operations.outstanding).toBe(2);
    expect(await operations.next()).toEqual([{ operation: 1 }, { operation: 2 }]);
  });

  it("forgets what is cancelled, ended or not", async () => {
    const operations = new Operations();
    operations.startTimer(1, 1);
    operations.startTimer(2, 60_000);
    operations.startTimer(3, 5);
    await new Promise((resolve) => setTimeout(resolve, 3));
    operations.cancel(1);
    operations.cancel(2);
    expect(await operations.next()).toEqual([{ operation: 3 }]);
    expect(operations.outstanding).toBe(0);
  });

  it("ends a call with its reply, and tells a cancelled one that nobody waits", async () => {
    const operations = new Operations();
    const reply = new Uint8Array(7);
    const { promise, resolve } = Promise.withResolvers<Uint8Array>();
    let aborted: AbortSignal | undefined;
    operations.startCall(1, 100, () => promise);
    operations.startCall(2, 50, (signal) => {
      aborted = signal;
      return promise;
    });
    expect([operations.outstanding, operations.bytes]).toEqual([2, 150]);
    operations.cancel(2);
    expect([operations.outstanding, operations.bytes, aborted?.aborted]).toEqual([1, 100, true]);
    resolve(reply);
    await promise;
    expect(operations.bytes).toBe(0);
    expect(await operations.next()).toEqual([{ operation: 1, reply }]);
    expect([operations.outstanding, operations.bytes]).toEqual([0, 0]);
  });

  it("aborts the calls that are under way when the request ends", () => {
    const operations = new Operations();
    let aborted: AbortSignal | undefined;
    operations.startCall(1, 0, (signal) => {
      aborted = signal;
      return new Promise(() => {});
    });
    operations.clear();
    expect([aborted?.aborted, operations.outstanding]).toEqual([true, 0]);
  });
});
