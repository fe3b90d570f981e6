import { beforeAll, describe, expect, test } from "vitest";
import { bodyText, type TestState } from "../../../host/worker/slot.fixture.ts";
import { buildProgram, findGo, testdata } from "./program.ts";
import { SdkSlot } from "./slot.fixture.ts";

const goroot = await findGo();
const name = goroot ? "Go SDK: waiting" : "Go SDK: waiting (skipped: no Go 1.25 to 1.27 on PATH)";

describe.skipIf(!goroot)(name, () => {
  let slot: SdkSlot;

  beforeAll(async () => {
    slot = new SdkSlot(await buildProgram(testdata("web"), { goroot: goroot! }), { mayWait: false });
  }, 300_000);

  const wait = (how: string) => slot.serve({ uri: `http://t.localhost/wait?how=${how}` });
  /** Splits a text such as "done after 7 ms" into the text before " after" and the number. */
  const timed = (response: ReturnType<typeof wait>): [string, number] => {
    const [, text, ms] = /^(.*) after (\d+) ms$/.exec(bodyText(response))!;
    return [text!, Number(ms)];
  };

  test("time.Sleep suspends the request once, for as long as it takes", () => {
    const response = wait("sleep");
    const [text, ms] = timed(response);
    expect(text).toBe("slept");
    expect(ms).toBeGreaterThanOrEqual(10_000);
    expect(response.steps).toBe(2);
  });

  test("sleeps of many goroutines overlap and end in their order", () => {
    const [text] = timed(wait("overlap"));
    expect(text).toBe(`[${Array.from({ length: 30 }, (_, i) => i).join(" ")}]`);
  });

  test("a context's deadline ends a select", () => {
    const response = wait("context");
    expect(timed(response)[0]).toBe("context deadline exceeded");
    expect(response.steps).toBe(2);
  });

  test("stopped and reset timers wake nobody", () => {
    const response = wait("stopped");
    expect(timed(response)[0]).toBe("one timer");
    expect(response.steps).toBe(2);
    expect(slot.operationsBegun).toBe(1);
  });

  test("Mutex, Cond and WaitGroup", () => {
    expect(timed(wait("sync"))[0]).toBe("ready 10");
  });

  test("channels, a ticker and a closed channel", () => {
    expect(timed(wait("pipeline"))[0]).toBe("285");
  });

  test("a resume before its time changes nothing", () => {
    slot.restore(slot.image);
    expect(slot.start({ uri: "http://t.localhost/wait?how=sleep" })).toEqual({ tag: "pending" });
    const [operation] = slot.timers.keys();
    expect(slot.resume([])).toEqual({ tag: "pending" });
    expect([...slot.timers.keys()]).toEqual([operation]);
    expect(slot.resume([999_999])).toEqual({ tag: "pending" });
    expect(slot.resume([operation!])).toEqual({ tag: "pending" });
    expect(slot.timers.size).toBe(1);
    expect([...slot.timers.keys()]).not.toEqual([operation]);
    expect(slot.resume([slot.skipToTimer()]).tag).toBe("response");
  });

  test("50 requests wait in one slot and go on in any order", () => {
    const waiting: { n: number; state: TestState; timers: Map<number, number> }[] = [];
    for (let n = 1; n <= 50; n++) {
      slot.restore(slot.image);
      const headers: [string, Uint8Array][] = [["x-secret", new TextEncoder().encode(`secret${n}`)]];
      const outcome = slot.start({ uri: `http://t.localhost/work?n=${n + 5}&gc=${n % 60}`, headers });
      expect(outcome).toEqual({ tag: "pending" });
      waiting.push({ n, state: slot.capture(), timers: slot.timers });
    }
    const answers: string[] = [];
    while (waiting.length > 0) {
      const [request] = waiting.splice((waiting.length * 7919) % waiting.length, 1);
      slot.restore(request!.state);
      slot.timers = request!.timers;
      const outcome = slot.resume([slot.skipToTimer()]);
      if (outcome.tag === "response") answers.push(bodyText(outcome.val));
      else if (outcome.tag === "pending") {
        const { n } = request!;
        waiting.push({ n, state: slot.capture(), timers: slot.timers });
      } else throw new Error(JSON.stringify(outcome));
    }
    const expected = Array.from({ length: 50 }, (_, i) => `secret${i + 1} ${i + 6} 2`);
    expect(answers.sort()).toEqual(expected.sort());
  });
});
