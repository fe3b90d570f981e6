import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { OperationEvent, Outcome, TenantRequest } from "../../protocol/contract.ts";
import { slimComponent } from "../component.fixture.ts";
import { parseComponent } from "../read/component.ts";
import { resumableInterface, scheduledExport } from "../write/resumable-world.ts";
import { type HttpResumable, loadGlue } from "./glue.ts";
import { LeanResumable } from "./lean-resumable.ts";
import { isOfOwnContract } from "./own-contract.ts";
import { transpileComponent } from "./transpile.ts";

/** A runtime in JavaScript. It keeps its arguments, and returns an outcome that the test has put there. */
class RecordingRuntime {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: 64 });
  readonly calls: number[][] = [];
  /** Address of the outcome. */
  returns = 0;
  #top = 1024;

  get instance(): WebAssembly.Instance {
    const call = (...flat: number[]) => {
      this.calls.push(flat);
      return this.returns;
    };
    const exports = {
      memory: this.memory,
      load: () => 0,
      cabi_realloc: (_old: number, _oldSize: number, align: number, size: number) => this.allocate(align, size),
      [`${resumableInterface}#start`]: call,
      [`${resumableInterface}#resume`]: call,
    };
    return { exports } as unknown as WebAssembly.Instance;
  }

  /** Memory that has no room grows, as in real runtimes. */
  allocate(align: number, size: number): number {
    const at = Math.ceil(this.#top / align) * align;
    this.#top = at + size;
    const lacking = this.#top - this.memory.buffer.byteLength;
    if (lacking > 0) this.memory.grow(Math.ceil(lacking / 65_536));
    return at;
  }

  put(bytes: Uint8Array): [at: number, length: number] {
    const at = this.allocate(1, bytes.byteLength);
    new Uint8Array(this.memory.buffer).set(bytes, at);
    return [at, bytes.byteLength];
  }

  putWords(words: readonly number[]): number {
    const at = this.allocate(4, 4 * words.length);
    new Uint32Array(this.memory.buffer, at, words.length).set(words);
    return at;
  }

  /** Writes an outcome as the canonical ABI has it. */
  putOutcome(outcome: Outcome): void {
    const tag = ["response", "early-response", "pending", "done", "failed", "stuck"].indexOf(outcome.tag);
    if (outcome.tag === "response" || outcome.tag === "early-response") {
      const { status, headers, body } = outcome.val;
      const fields = headers.flatMap(([name, value]) => [...this.put(Buffer.from(name)), ...this.put(value)]);
      const list = this.putWords(fields);
      this.returns = this.putWords([tag, status, list, headers.length, ...this.put(body)]);
    } else {
      this.returns = this.putWords([tag, ...this.put(Buffer.from("val" in outcome ? outcome.val : "")), 0, 0, 0]);
    }
  }
}

let jcoGlue: ReturnType<typeof loadGlue>;
beforeAll(async () => {
  jcoGlue = loadGlue((await transpileComponent(slimComponent("a program"), { mode: "sync" })).glue);
});

function jcoOf(runtime: RecordingRuntime): HttpResumable {
  const isRuntime = (file: unknown) => jcoGlue.layout.find((entry) => entry.file === file)?.kind === "import";
  const exports = jcoGlue.instantiate(
    (file) => file as unknown as WebAssembly.Module,
    {},
    (file) => (isRuntime(file) ? runtime.instance : ({ exports: {} } as WebAssembly.Instance)),
  );
  return exports[resumableInterface] as HttpResumable;
}

/** A property waits after each run: jco's glue counts what it lifts until the next microtask. */
const counted = () => Promise.resolve();

/** Does the same on two runtimes, once by jco's glue and once by hand. */
function byBoth(use: (resumable: HttpResumable, runtime: RecordingRuntime) => Outcome) {
  return [jcoOf, (runtime: RecordingRuntime) => new LeanResumable(runtime.instance)].map((open) => {
    const runtime = new RecordingRuntime();
    const outcome = use(open(runtime), runtime);
    return { outcome, calls: runtime.calls, memory: Buffer.from(runtime.memory.buffer) };
  });
}

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.integer({ min: 70_000, max: 200_000 }).map((size) => new Uint8Array(size).fill(size)),
);
const text = fc.string({ unit: "binary", maxLength: 20 });
const headers = fc.array(fc.tuple(text, fc.uint8Array({ maxLength: 40 })), { maxLength: 6 });
const requests: fc.Arbitrary<TenantRequest> = fc.record({ method: text, uri: text, headers, body: bytes });
const events: fc.Arbitrary<OperationEvent[]> = fc.array(
  fc.record({
    operation: fc.nat(),
    outcome: fc.oneof(
      fc.record({ tag: fc.constant("ok" as const), val: bytes }),
      fc.record({ tag: fc.constant("err" as const), val: text }),
    ),
  }),
  { maxLength: 4 },
);
const responses = fc.record({ status: fc.integer({ min: 0, max: 65_535 }), headers, body: bytes });
const outcomes: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({ tag: fc.constantFrom("response" as const, "early-response" as const), val: responses }),
  fc.record({ tag: fc.constantFrom("pending" as const, "done" as const) }),
  fc.record({ tag: fc.constantFrom("failed" as const, "stuck" as const), val: text }),
);

test("a request and events are lowered to the byte as jco lowers them, also if the memory grows meanwhile", async () => {
  await fc.assert(
    fc.asyncProperty(requests, events, async (request, ended) => {
      const [jco, lean] = byBoth((resumable, runtime) => {
        runtime.putOutcome({ tag: "pending" });
        resumable.start(request);
        return resumable.resume(ended);
      });
      expect(lean!.calls).toEqual(jco!.calls);
      expect(Buffer.compare(lean!.memory, jco!.memory)).toBe(0);
      await counted();
    }),
    { numRuns: 50 },
  );
});

test("an outcome is lifted as jco lifts it", async () => {
  const request = { method: "GET", uri: "http://a/", headers: [], body: new Uint8Array(0) };
  await fc.assert(
    fc.asyncProperty(outcomes, async (outcome) => {
      const [jco, lean] = byBoth((resumable, runtime) => {
        runtime.putOutcome(outcome);
        return resumable.start(request);
      });
      expect(lean!.outcome).toEqual(jco!.outcome);
      await counted();
    }),
    { numRuns: 50 },
  );
});

/** @returns the outcome of words that a hostile program returns, or the error */
function outcomeOf(open: (runtime: RecordingRuntime) => HttpResumable, returns: number, words: readonly number[]) {
  const runtime = new RecordingRuntime();
  new Uint32Array(runtime.memory.buffer, 0, words.length).set(words);
  runtime.returns = returns;
  try {
    return open(runtime).resume([]);
  } catch (error) {
    return error;
  }
}

test("whatever a program returns, it is refused, or lifted as jco lifts it", async () => {
  const word = fc.oneof(fc.nat(5), fc.nat(64), fc.integer({ min: 65_500, max: 65_600 }), fc.integer());
  const returned = fc.oneof(fc.constant(0), fc.nat(60), fc.integer({ min: 65_500, max: 65_600 }), fc.integer());
  await fc.assert(
    fc.asyncProperty(returned, fc.array(word, { minLength: 16, maxLength: 16 }), async (returns, words) => {
      const lean = outcomeOf((runtime) => new LeanResumable(runtime.instance), returns, words);
      if (lean instanceof Error) return;
      expect(lean).toEqual(outcomeOf(jcoOf, returns, words));
      await counted();
    }),
    { numRuns: 300 },
  );
});

test.each([
  ["a body beyond the memory", [0, 200, 0, 0, 65_530, 7]],
  ["a text beyond the memory", [4, 65_530, 7]],
  ["a list that is not aligned", [0, 200, 2, 1, 0, 0]],
  ["more headers than can be lifted at once", [0, 200, 0, 600_000, 0, 0]],
  ["an outcome that there is not", [6]],
])("%s is refused", (_, words) => {
  expect(outcomeOf((runtime) => new LeanResumable(runtime.instance), 0, words)).toBeInstanceOf(Error);
});

test("bytes that are lifted again and again in one outcome are bounded", () => {
  const runtime = new RecordingRuntime();
  const large = runtime.put(new Uint8Array(3 << 20));
  const list = runtime.putWords(Array.from({ length: 64 }, () => [...large, ...large]).flat());
  runtime.returns = runtime.putWords([0, 200, list, 64, 0, 0]);
  expect(() => new LeanResumable(runtime.instance).resume([])).toThrow("at once");
});

test("only components that lift as our own do are of our contract", () => {
  const own = slimComponent("a program");
  expect(isOfOwnContract(parseComponent(own))).toBe(true);
  // The component lifts `cabi_realloc` instead of `start`: the canon section's first core function changes.
  const other = own.slice();
  const canon = parseComponent(other).sections.find(({ id }) => id === "canon")!;
  expect(other[canon.body + 3]).toBe(1);
  other[canon.body + 3] = 2;
  expect(isOfOwnContract(parseComponent(other))).toBe(false);
});

test("a scheduled run is lowered to the runtime's function for such runs, where it has one", () => {
  const runtime = new RecordingRuntime();
  runtime.putOutcome({ tag: "pending" });
  expect(new LeanResumable(runtime.instance).runScheduled("0 6 * * *", 1_700_000_000_000)).toBeNull();
  expect(runtime.calls).toEqual([]);

  const given: [cron: string, time: bigint][] = [];
  const run = (cron: number, length: number, time: bigint) => {
    given.push([Buffer.from(runtime.memory.buffer, cron, length).toString(), time]);
    return runtime.returns;
  };
  const exports = { ...runtime.instance.exports, [scheduledExport]: run };
  const resumable = new LeanResumable({ exports } as WebAssembly.Instance);
  expect(resumable.runScheduled("0 6 * * *", 1_700_000_000_000)).toEqual({ tag: "pending" });
  expect(given).toEqual([["0 6 * * *", 1_700_000_000_000n]]);
});
