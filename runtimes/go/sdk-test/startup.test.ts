import { beforeAll, describe, expect, test } from "vitest";
import { bodyText } from "../../../host/worker/slot.fixture.ts";
import { buildProgram, findGo, testdata } from "./program.ts";
import { SdkSlot } from "./slot.fixture.ts";
import { StaticInstance } from "./static-instance.fixture.ts";

const goroot = await findGo();
const name = goroot ? "Go SDK: start-up" : "Go SDK: start-up (skipped: no Go 1.25 to 1.27 on PATH)";

describe.skipIf(!goroot)(name, () => {
  let program: Uint8Array;
  let stuck: SdkSlot;
  let plain: Uint8Array;

  beforeAll(async () => {
    program = await buildProgram(testdata("startup.go"), { goroot: goroot! });
    stuck = new SdkSlot(await buildProgram(testdata("stuck.go"), { goroot: goroot! }));
    plain = await buildProgram(testdata("startup.go"), { goroot: goroot!, plain: true });
  }, 300_000);

  const inMode = (mode: string) => new SdkSlot(program, { environment: { MODE: mode } });

  test.for(["", "block"])("main may end or wait once it has called Handle (%s)", (mode) => {
    expect(bodyText(inMode(mode).serve())).toBe("false late");
  });

  test.for(["sleep", "goroutines", "collect", "signals"])("main may take its time before (%s)", (mode) => {
    expect(bodyText(inMode(mode).serve())).toBe("true late");
  });

  test.for([
    ["listen", "call plinth.Handle(handler) in the place of http.ListenAndServe"],
    ["deadlock", "main waits for ever and has not called plinth.Handle"],
    ["return", "main has returned without calling plinth.Handle"],
    ["exit", "main has called os.Exit(3)"],
    ["panic", "panic: no start-up today"],
  ])("a start-up that fails says why (%s)", ([mode, message]) => {
    expect(() => inMode(mode!)).toThrow(message);
  });

  test("a host that lets no start-up wait", () => {
    const wait = () => new SdkSlot(program, { environment: { MODE: "sleep" }, mayWait: false });
    expect(wait).toThrow(
      "main waits for a timer before it has called plinth.Handle, and this host lets no start-up wait",
    );
    expect(bodyText(new SdkSlot(program, { mayWait: false }).serve())).toBe("false late");
  });

  test.for(["channel", "locks", "stopped"])(
    "a handler that waits for nothing is stuck, with all stacks (%s)",
    (path) => {
      stuck.restore(stuck.image);
      let outcome = stuck.start({ uri: `http://t.localhost/${path}` });
      if (path === "channel") outcome = stuck.resume([stuck.skipToTimer()]);
      if (outcome.tag !== "stuck") throw new Error(outcome.tag);
      expect(outcome.val).toContain("all goroutines are asleep");
      expect(outcome.val).toMatch(/goroutine \d+ \[.*\]:\n(.*\n)*main\.main\.func\d/);
      expect(stuck.timers.size).toBe(0);
    },
  );

  test("after a request that is stuck, the next one runs, even without a restore", () => {
    stuck.restore(stuck.image);
    expect(stuck.start({ uri: "http://t.localhost/locks" }).tag).toBe("stuck");
    const outcome = stuck.start({ uri: "http://t.localhost/again" });
    if (outcome.tag !== "response") throw new Error(outcome.tag);
    expect(bodyText(outcome.val)).toBe("fine");
  });

  test("the same program in the static form", () => {
    const instance = new StaticInstance(plain);
    expect(bodyText(instance.handle("http://t.localhost/"))).toBe("false ");
    expect(bodyText(instance.handle("http://t.localhost/sleep"))).toBe("true");
    expect(() => instance.handle("http://t.localhost/panic")).toThrow("exited with status 1");
    expect(instance.stderr).toContain("panic in the handler: not today");
  });
});
