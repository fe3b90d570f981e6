import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

/** Prints the niceness of V8's threads and of the main thread, in a process of its own, because it cannot be taken back. */
const program = `
  import { readdirSync, readFileSync } from "node:fs";
  import { getPriority } from "node:os";
  import { mainThreadFirst } from ${JSON.stringify(new URL("./main-thread-first.ts", import.meta.url).href)};
  mainThreadFirst();
  const threads = readdirSync("/proc/self/task").map(Number);
  const isHelper = (thread) => readFileSync("/proc/self/task/" + thread + "/comm", "utf8").includes("V8Worker");
  console.log(JSON.stringify([getPriority(process.pid), threads.filter(isHelper).map((thread) => getPriority(thread))]));
`;

test.skipIf(process.platform !== "linux")("V8's threads get a lower priority than the main thread", async () => {
  const before = (await import("node:os")).getPriority();
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  const [main, helpers] = JSON.parse(stdout) as [number, number[]];
  expect(main).toBe(before);
  expect(helpers.length).toBeGreaterThan(0);
  expect(new Set(helpers)).toEqual(new Set([Math.min(19, before + 5)]));
});
