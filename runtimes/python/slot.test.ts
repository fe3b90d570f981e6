/** Python in one slot: switches between programs, and what no visitor can ask for. */
import { beforeAll, describe, expect, test } from "vitest";
import { bodyText, type TestState } from "../../host/worker/slot.fixture.ts";
import { language } from "./language.ts";
import { PythonSlot } from "./slot.fixture.ts";
import { nameWith, whyMissing } from "./tested.fixture.ts";

const missing = await whyMissing(language);

describe.skipIf(missing !== undefined)(nameWith("Python in a slot", missing), () => {
  let slot: PythonSlot;
  beforeAll(async () => {
    slot = await PythonSlot.make();
  });

  /** Runs a cron. @returns the outcome of the last step */
  function runCron(state: TestState) {
    slot.restore(state);
    const outcome = slot.startScheduled("0 0 1 1 *", 1_700_000_000_000);
    return outcome.tag === "pending" ? slot.resume([slot.skipToTimer()]) : outcome;
  }

  test("a scheduled handler gets its time, may wait, and has succeeded", async () => {
    const state = await slot.load(`
import asyncio

def fetch(request, env, ctx):
    return "visited"

async def scheduled(event, env, ctx):
    await asyncio.sleep(60)
    print("run", event.cron, event.scheduled_time)
`);
    expect(runCron(state)).toMatchObject({ tag: "response", val: { status: 204 } });
    expect(slot.logs).toContainEqual({ level: "stdout", text: "run 0 0 1 1 * 1700000000000" });
    expect(slot.text(state)).toBe("visited");
  });

  test("a scheduled handler that fails, or is not there, tells why", async () => {
    const fetch = "def fetch(request, env, ctx):\n    return ''\n";
    const failing = await slot.load(`${fetch}\ndef scheduled(event, env, ctx):\n    raise KeyError('no report')\n`);
    expect(runCron(failing)).toMatchObject({ tag: "failed", val: expect.stringContaining("KeyError: 'no report'") });
    expect(runCron(await slot.load(fetch))).toMatchObject({
      tag: "failed",
      val: expect.stringContaining("main.py has no async def scheduled(event, env, ctx)"),
    });
  });

  test("thousands of steps of five programs, with waits between them, find their own state alone", async () => {
    const program = (name: string) => `
import asyncio, json, sys

own = {"name": ${JSON.stringify(name)}, "seen": []}
sys.owner = ${JSON.stringify(name)}

async def fetch(request, env, ctx):
    own["seen"].append(request.url)
    before = json.dumps([sys.owner, own, getattr(asyncio, "left", None)])
    asyncio.left = request.url
    await asyncio.sleep(1)
    assert asyncio.left == request.url and own["seen"] == [request.url]
    return before
`;
    const names = ["ada", "bob", "cleo", "dan", "eve"];
    const states = await Promise.all(names.map((name) => slot.load(program(name))));
    for (let round = 0; round < 200; round++) {
      // All begin, and then all go on, in another order.
      const waiting = names.map((name, index) => {
        slot.restore(states[index]!);
        const uri = `http://${name}.localhost/${round}`;
        expect(slot.start({ uri }).tag).toBe("pending");
        const [operation] = slot.timers.keys();
        return { name, uri, operation: operation!, state: slot.capture() };
      });
      slot.clocks.monotonic += 2_000_000_000n;
      for (const { name, uri, operation, state } of waiting.toReversed()) {
        slot.restore(state);
        const outcome = slot.resume([operation]);
        if (outcome.tag !== "response") throw new Error(JSON.stringify(outcome));
        expect(JSON.parse(bodyText(outcome.val))).toEqual([name, { name, seen: [uri] }, null]);
      }
    }
  });
});
