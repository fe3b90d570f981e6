import { beforeAll, describe, expect, test } from "vitest";
import { bodyText } from "../../../host/worker/slot.fixture.ts";
import { buildProgram, findGo, testdata } from "./program.ts";
import { SdkSlot } from "./slot.fixture.ts";

const goroot = await findGo();
const name = goroot ? "Go SDK: restores" : "Go SDK: restores (skipped: no Go 1.25 to 1.27 on PATH)";

describe.skipIf(!goroot)(name, () => {
  let slot: SdkSlot;

  beforeAll(async () => {
    slot = new SdkSlot(await buildProgram(testdata("web"), { goroot: goroot! }), { mayWait: false });
  }, 300_000);

  test("each request starts from the image, and its goroutines die with it", () => {
    for (const who of ["a", "b", "c"]) {
      expect(bodyText(slot.serve({ uri: `http://t.localhost/state?who=${who}` }))).toBe(`map[${who}:1 start-up:1] 0`);
    }
  });

  test("without a restore, state stays", () => {
    slot.restore(slot.image);
    const who = (n: string) => slot.start({ uri: `http://t.localhost/state?who=${n}` });
    who("a");
    const outcome = who("b");
    if (outcome.tag !== "response") throw new Error(outcome.tag);
    expect(bodyText(outcome.val)).toMatch(/^map\[a:1 b:1 start-up:1\]/);
  });

  test("every request draws numbers of its own", () => {
    const requests = Array.from({ length: 50 }, () =>
      bodyText(slot.serve({ uri: "http://t.localhost/random" })).split(";"),
    );
    const sources = ["math/rand", "math/rand/v2", "crypto/rand", "order of a map", "a new maphash seed"];
    for (const [i, source] of sources.entries()) {
      expect(new Set(requests.map((request) => request[i])).size, source).toBe(requests.length);
    }
    // The image contains the seed that the start-up made, and all numbers that the start-up drew.
    expect(new Set(requests.map((request) => request[5])).size).toBe(1);
  });

  const clock = () =>
    bodyText(slot.serve({ uri: "http://t.localhost/clock" }))
      .split(" ")
      .map(Number);

  test("hours after the deployment, time has passed, and no timer of the start-up goes off", () => {
    slot.clocks.skip(7_200_000_000_000n);
    const [slept, sinceStart, fired] = clock();
    expect(slept).toBeGreaterThanOrEqual(5_000);
    expect(slept).toBeLessThan(60_000_000);
    expect(sinceStart).toBeGreaterThanOrEqual(7_200_000);
    expect(fired).toBe(0);
  });

  test("a host whose monotonic clock begins anew", () => {
    slot.clocks.monotonic = 0n;
    const [slept, sinceStart, fired] = clock();
    expect(slept).toBeGreaterThanOrEqual(5_000);
    expect(slept).toBeLessThan(60_000_000);
    expect(sinceStart).toBeGreaterThanOrEqual(7_200_000);
    expect(fired).toBe(0);
  });

  test("a host whose Unix time went back", () => {
    slot.clocks.wallNs -= 100_000_000_000_000n;
    const [slept, sinceStart] = clock();
    expect(slept).toBeGreaterThanOrEqual(5_000);
    expect(sinceStart).toBeGreaterThanOrEqual(0);
    slot.clocks.wallNs += 100_000_000_000_000n;
  });

  test("2,000 requests, interleaved with waiting ones, with collections at random", () => {
    let state = 42;
    const random = (n: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return (state >>> 8) % n;
    };
    const encode = (text: string) => new TextEncoder().encode(text);
    const waiting: { secret: string; n: number; state: typeof slot.image; timers: Map<number, number> }[] = [];
    let answered = 0;
    const settle = (outcome: ReturnType<SdkSlot["start"]>, secret: string, n: number) => {
      if (outcome.tag === "pending") {
        waiting.push({ secret, n, state: slot.capture(), timers: slot.timers });
      } else if (outcome.tag === "response") {
        expect(bodyText(outcome.val)).toBe(`${secret} ${n} 2`);
        answered++;
      } else throw new Error(JSON.stringify(outcome));
    };
    for (let begun = 0; begun < 2_000 || waiting.length > 0; ) {
      if (begun < 2_000 && (waiting.length < 8 || random(2) === 0)) {
        const [secret, n] = [`secret${begun++}`, 1 + random(12)];
        slot.restore(slot.image);
        const uri = `http://t.localhost/work?n=${n}&gc=${random(8) === 0 ? random(n + 1) : -1}`;
        settle(slot.start({ uri, headers: [["x-secret", encode(secret)]] }), secret, n);
      } else {
        const [request] = waiting.splice(random(waiting.length), 1);
        slot.restore(request!.state);
        slot.timers = request!.timers;
        settle(slot.resume([slot.skipToTimer()]), request!.secret, request!.n);
      }
    }
    expect(answered).toBe(2_000);
    // The memory does not grow from request to request.
    const memory = slot.slot.instance.exports.memory as WebAssembly.Memory;
    expect(memory.buffer.byteLength).toBeLessThan(64 << 20);
  });
});
