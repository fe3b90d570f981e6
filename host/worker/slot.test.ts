/** Each test breaks the invariant of slot.ts and sees that it is noticed. */
import { expect, test } from "vitest";
import { openNothing, WorkerBindings } from "../bindings/worker-bindings.ts";
import { wat } from "../component/component.fixture.ts";
import type { ResumableGlue } from "../component/glue/glue.ts";
import { growRefusedExport, pageLimitExport, pagesExport } from "../component/write/thin-module.ts";
import { BaseImage, WASM_PAGE_BYTES } from "../memory/index.ts";
import type { Outcome, TenantRequest } from "../protocol/contract.ts";
import type { StepLimits } from "../protocol/slot-step.ts";
import { Slot } from "./slot.ts";

const runtimeModule = new WebAssembly.Module(
  await wat(`(module
    (import "plinth:host" "memory" (memory 1))
    (global (export "count") (mut i32) (i32.const 0))
    (global (export "${pagesExport}") (mut i32) (i32.const 1))
    (global (export "${pageLimitExport}") (mut i32) (i32.const 1))
    (global (export "${growRefusedExport}") (mut i32) (i32.const 0)))`),
);

const limits: StepLimits = { cpuMs: 10, hardMs: 10, memoryPages: 4, responseBodyBytes: 0, logBytes: 0, operations: 0 };
const request: TenantRequest = { method: "GET", uri: "http://tenant.localhost/", headers: [], body: new Uint8Array() };

/** Answers by the runtime's count, which it makes larger. */
const glue: ResumableGlue = {
  instantiate: ({ runtime }) => {
    const count = runtime.exports.count as WebAssembly.Global<"i32">;
    const step = (): Outcome => ({ tag: "failed", val: String(++count.value) });
    return { start: step, resume: step };
  },
};

function open(): Slot {
  const base = BaseImage.create(new Uint8Array(WASM_PAGE_BYTES), { backing: "shared" });
  const handle = {
    key: "test:counting@1.0.0",
    module: runtimeModule,
    base: base.descriptor(),
    globals: [{ exportName: "count", value: 5 }],
    tenantFunctions: null,
    initialPages: 1,
    maximumPages: 4,
  };
  return new Slot(handle, base, "copy", new WorkerBindings([], []));
}

test("every step runs on the state of its own switch", () => {
  const slot = open();
  for (let round = 0; round < 2; round++) {
    slot.switchTo(slot.baseState, limits, 1);
    expect(slot.start(glue, request)).toEqual({ tag: "failed", val: "6" });
  }
  slot.stay(limits, openNothing);
  expect(slot.resume(glue, [])).toEqual({ tag: "failed", val: "7" });
});

test("a step in a slot that was not made ready for it is noticed", () => {
  const slot = open();
  const unready = /FRESH.*not made ready/;
  expect(() => slot.start(glue, request)).toThrow(unready);
  slot.switchTo(slot.baseState, limits, 1);
  slot.start(glue, request);
  expect(() => slot.start(glue, request)).toThrow(unready);
  expect(() => slot.resume(glue, [])).toThrow(unready);
  expect(() => slot.startTenant({ instantiate: () => {} })).toThrow(unready);
});

test("a state without all of the runtime's globals is noticed", () => {
  const slot = open();
  expect(() => slot.switchTo({ ...slot.baseState, globals: [] }, limits, 1)).toThrow(/FRESH.*globals/);
  expect(() => slot.start(glue, request)).toThrow(/FRESH.*not made ready/);
});

test("a state with more pages than its layers bring is noticed", () => {
  const slot = open();
  expect(() => slot.switchTo({ ...slot.baseState, pages: 2 }, limits, 1)).toThrow(/FRESH.*more pages/);
  expect(() => slot.start(glue, request)).toThrow(/FRESH.*not made ready/);
});
