import { beforeAll, describe, expect, test } from "vitest";
import { bodyText } from "../../../host/worker/slot.fixture.ts";
import { buildProgram, findGo, testdata } from "./program.ts";
import { SdkSlot } from "./slot.fixture.ts";

const goroot = await findGo();
const name = goroot ? "Go SDK: requests" : "Go SDK: requests (skipped: no Go 1.25 to 1.27 on PATH)";
const bytes = (text: string) => new TextEncoder().encode(text);

describe.skipIf(!goroot)(name, () => {
  let slot: SdkSlot;

  beforeAll(async () => {
    // This host blocks no thread, because only a start-up may need that.
    slot = new SdkSlot(await buildProgram(testdata("web"), { goroot: goroot! }), { mayWait: false });
  }, 300_000);

  const header = (response: { headers: [string, Uint8Array][] }, wanted: string) =>
    response.headers.filter(([field]) => field === wanted).map(([, value]) => new TextDecoder().decode(value));

  /** Message of a failing request; for a trap, the thrown error. */
  const failure = (how: string): string => {
    slot.logs = [];
    try {
      slot.serve({ uri: `http://t.localhost/fail?how=${encodeURIComponent(how)}` });
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("the request did not fail");
  };
  const stderr = () =>
    slot.logs
      .filter(({ level }) => level === "stderr")
      .map(({ text }) => text)
      .join("\n");

  test("a pattern with a path value, and JSON out", () => {
    const response = slot.serve({ uri: "http://t.localhost/items/17?x=1" });
    expect(response.status).toBe(200);
    expect(header(response, "Content-Type")).toEqual(["application/json"]);
    expect(JSON.parse(bodyText(response))).toEqual({ id: 17, name: "item 17", from: "set in main" });
    expect(slot.serve({ uri: "http://t.localhost/items/x" }).status).toBe(404);
    expect(slot.serve({ uri: "http://t.localhost/items/1", method: "DELETE" }).status).toBe(405);
  });

  test("JSON in", () => {
    const numbers = Array.from({ length: 1000 }, (_, i) => i / 2);
    const response = slot.serve({ uri: "http://t.localhost/sum", method: "POST", body: JSON.stringify(numbers) });
    expect(bodyText(response)).toBe("249750");
    expect(slot.serve({ uri: "http://t.localhost/sum", method: "POST", body: "[1," }).status).toBe(400);
  });

  test("method, URL, host and a body of bytes arrive as they were", () => {
    const body = Uint8Array.from({ length: 256 }, (_, i) => i);
    const headers: [string, Uint8Array][] = [["host", bytes("shop.example:81")]];
    const uri = "http://shop.example:81/echo?q=%C3%A4%20b";
    const response = slot.serve({ uri, method: "PATCH", headers, body });
    expect(response.body).toEqual(body);
    expect(header(response, "X-Echo")).toEqual(["PATCH /echo?q=%C3%A4%20b shop.example:81"]);
  });

  test("large bodies both ways", () => {
    const body = crypto.getRandomValues(new Uint8Array(65_536));
    const large = Buffer.concat(Array.from({ length: 64 }, () => body));
    const response = slot.serve({ uri: "http://t.localhost/echo", method: "POST", body: large });
    expect(Buffer.compare(response.body, large)).toBe(0);
    const made = slot.serve({ uri: "http://t.localhost/bytes?n=4194304" });
    expect(made.body.length).toBe(4_194_304);
    expect(bodyText(made).endsWith("0123456789abcdef")).toBe(true);
  });

  test("repeated headers keep their order, both ways", () => {
    const headers: [string, Uint8Array][] = [
      ["x-many", bytes("one")],
      ["accept", bytes("*/*")],
      ["X-Many", bytes("two, three")],
      ["x-MANY", bytes("\u00fc")],
    ];
    const response = slot.serve({ uri: "http://t.localhost/headers", headers });
    expect(response.status).toBe(202);
    expect(header(response, "X-Many")).toEqual(["ONE", "TWO, THREE", "\u00dc"]);
  });

  test("many headers, long ones among them", () => {
    const headers = Array.from({ length: 200 }, (_, i): [string, Uint8Array] => ["x-many", bytes(`v${i}`.repeat(i))]);
    const response = slot.serve({ uri: "http://t.localhost/headers", headers });
    expect(header(response, "X-Many")).toEqual(headers.map((_, i) => `V${i}`.repeat(i)));
  });

  test("cabi_realloc: aligned, apart from each other, and what grows keeps its bytes", () => {
    slot.restore(slot.image);
    const { cabi_realloc, memory } = slot.slot.instance.exports;
    const realloc = cabi_realloc as (old: number, oldSize: number, align: number, size: number) => number;
    const view = () => new Uint8Array((memory as WebAssembly.Memory).buffer);
    const pieces: { at: number; size: number; fill: number }[] = [];
    for (let i = 0; i < 400; i++) {
      const [align, size] = [1 << (i % 4), 1 + ((i * 37) % (i % 10 === 0 ? 5_000 : 90))];
      const piece = { at: realloc(0, 0, align, size), size, fill: i % 256 };
      expect(piece.at % align).toBe(0);
      view().fill(piece.fill, piece.at, piece.at + size);
      if (i % 3 === 0) {
        // The last piece or an earlier one grows or shrinks.
        const old = i % 2 === 0 ? piece : pieces[i >> 1]!;
        const wanted = (old.size * (1 + (i % 5))) >> 1 || 1;
        old.at = realloc(old.at, old.size, 1, wanted);
        view().fill(old.fill, old.at + Math.min(old.size, wanted), old.at + wanted);
        old.size = wanted;
      }
      pieces.push(piece);
    }
    for (const { at, size, fill } of pieces) {
      expect(
        view()
          .subarray(at, at + size)
          .every((byte) => byte === fill),
      ).toBe(true);
    }
    expect(realloc(0, 0, 8, 0)).toBe(8);
  });

  test("a URL that does not parse is answered 400", () => {
    expect(slot.serve({ uri: "http://t.localhost/%zz" }).status).toBe(400);
  });

  test("a panic fails the request, with message and stack", () => {
    const message = failure("panic");
    expect(message).toContain("panic in the handler: runtime error: invalid memory address or nil pointer dereference");
    expect(message).toMatch(/main\.fail\(.*\n.*main\.go:\d+/);
  });

  test("http.ErrAbortHandler, runtime.Goexit and os.Exit end the request", () => {
    const aborted = slot.serve({ uri: "http://t.localhost/fail?how=abort" });
    expect([aborted.status, aborted.headers]).toEqual([500, [["plinth-abort", bytes("")]]]);
    expect(failure("goexit")).toBe("the handler called runtime.Goexit");
    expect(failure("exit")).toBe("exit status 7");
    expect(slot.logs).toEqual([{ level: "stdout", text: "going" }]);
    expect(failure("exit elsewhere")).toBe("exit status 1");
    expect(slot.logs).toEqual([{ level: "info", text: "fatal" }]);
  });

  test("a panic that no handler can recover exits, and the failure is what standard error tells", () => {
    const panic = failure("panic elsewhere");
    expect(panic).toContain("panic: in a goroutine");
    expect(panic).toContain("main.fail");
    const fatal = failure("fatal");
    expect(fatal).toContain("fatal error: sync: unlock of unlocked mutex");
    expect(slot.exits.splice(0)).toEqual([2, 2]);
    // The program was not ended by a trap, which the failure would name. The log does not repeat the failure.
    expect(panic + fatal).not.toContain("wasm://");
    expect(stderr()).toBe("");
  });

  test("running out of stack or of memory traps", () => {
    const stack = failure("stack");
    if (slot.exits.length === 0) expect(stack).toMatch(/call stack/);
    else expect(slot.exits.splice(0)).toEqual([2]);
    expect(failure("memory")).toContain("out of memory");
    expect(slot.exits.splice(0)).toEqual([2]);
    expect(bodyText(slot.serve({ uri: "http://t.localhost/items/1" }))).toContain('"id":1');
  });

  test("log, slog, stdout and stderr go to the host", () => {
    slot.logs = [];
    slot.serve({ uri: "http://t.localhost/log" });
    expect(slot.logs.slice(0, 6)).toEqual([
      { level: "info", text: "from log" },
      { level: "info", text: 'from slog n=1 text="two words"' },
      { level: "warn", text: "careful who=me g.msg=x" },
      { level: "error", text: "bad" },
      { level: "debug", text: "shown now" },
      { level: "stdout", text: "to stdout" },
    ]);
    expect(stderr()).toBe("to stderr\nby println");
  });

  test("a scheduled run of a program that has nothing scheduled fails", () => {
    slot.restore(slot.image);
    expect(slot.startScheduled("0 * * * *", 0)).toMatchObject({
      tag: "failed",
      val: expect.stringContaining("has not called plinth.Scheduled"),
    });
  });

  test("work that goes on after the response", () => {
    slot.logs = [];
    slot.restore(slot.image);
    let outcome = slot.start({ uri: "http://t.localhost/later" });
    if (outcome.tag !== "early-response") throw new Error(outcome.tag);
    expect(bodyText(outcome.val)).toBe("now");
    // A context ends with its handler.
    expect(slot.logs).toEqual([{ level: "info", text: "context canceled" }]);
    slot.logs = [];
    do outcome = slot.resume([slot.skipToTimer()]);
    while (outcome.tag === "pending");
    expect(outcome).toEqual({ tag: "done" });
    expect(slot.logs.map(({ text }) => text)).toEqual([
      "later 0 value <nil>",
      "later 1 value <nil>",
      "later 2 value <nil>",
    ]);
    expect(failure("late panic")).toContain("panic in a function of WaitUntil: too late for the client");
  });
});
