import { hash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { wat } from "../component/component.fixture.ts";
import type { TenantFunctionsRef } from "../protocol/artifact.ts";
import { CodeStore } from "./code-store.ts";

let folder: string;
let undo: AsyncDisposableStack;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-code-"));
  undo = new AsyncDisposableStack();
  undo.defer(() => rm(folder, { recursive: true }));
});
afterEach(() => undo.disposeAsync());

function open(limitBytes: number) {
  const dropped: string[] = [];
  const faults: unknown[] = [];
  const store = undo.use(
    new CodeStore({ limitBytes, onDrop: (key) => dropped.push(key), onFault: (fault) => faults.push(fault) }),
  );
  return { store, dropped, faults };
}

/** A program that says it has many functions, though its module has one. */
async function program(answer: number, count = 1_000): Promise<TenantFunctionsRef> {
  const bytes = await wat(`(module (func (export "answer") (result i32) (i32.const ${answer})))`);
  const key = hash("sha256", bytes, "hex");
  const path = join(folder, key);
  await writeFile(path, bytes);
  return { module: { key, path }, count };
}

function answerOf(store: CodeStore, functions: TenantFunctionsRef): number | null {
  const module = store.of(functions);
  return module === null ? null : (new WebAssembly.Instance(module).exports.answer as () => number)();
}

test("a request waits for a large program once, whoever asks, and for a small one never", async () => {
  const { store } = open(1_000_000);
  const [large, small] = [await program(1), await program(2, 100)];
  expect(store.of(large)).toBeNull();
  const waiting = store.ready("a", large);
  expect(store.ready("b", large)).toBe(waiting);
  await waiting;
  expect(store.ready("a", large)).toBeNull();
  expect(answerOf(store, large)).toBe(1);
  expect(store.ready("a", small)).toBeNull();
  expect(store.of(small)).toBeNull();
});

test("a program that a request has loaded is compiled whole then, and threads drop what they have", async () => {
  const { store, dropped } = open(1_000_000);
  const large = await program(3);
  await store.ready("a", large);
  await expect.poll(() => dropped).toEqual([large.module.key]);
  expect(answerOf(store, large)).toBe(3);
});

test("a deployed program is ready before its first request", async () => {
  const { store, dropped } = open(1_000_000);
  const large = await program(4);
  await store.ahead("a", large);
  expect(store.ready("a", large)).toBeNull();
  expect(answerOf(store, large)).toBe(4);
  await store.ahead("a", large);
  expect(dropped).toEqual([]);
});

test("where there is no room, a start compiles nothing ahead, and no program takes more than a tenant's part", async () => {
  const { store, dropped } = open(2_000);
  const first = await program(5);
  // Its code would take 7 times the 40 bytes of the module.
  await store.ahead("a", first);
  expect(answerOf(store, first)).toBe(5);
  const none = open(300);
  await none.store.ahead("a", first);
  expect(none.store.of(first)).toBeNull();
  await none.store.ready("a", first);
  expect(answerOf(none.store, first)).toBe(5);
  for (let n = 0; n < 6; n++) await store.ahead(`tenant ${n}`, await program(100 + n), true);
  expect(dropped).toEqual([]);
  await store.ahead("b", await program(200));
  expect(dropped).toEqual([first.module.key]);
});

test("a damaged file leaves the answer to the worker that reads it", async () => {
  const { store, faults } = open(1_000_000);
  const large = await program(6);
  await writeFile(large.module.path, "other bytes");
  await store.ready("a", large);
  expect(store.of(large)).toBeNull();
  await rm(large.module.path);
  await store.ready("a", large);
  expect(store.of(large)).toBeNull();
  expect(faults).toEqual([]);
});
