import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { awaitEnd, endDespiteThreads, notEnded } from "./ending.ts";

test("a process ends with its code, although it has a thread that cannot be ended", async () => {
  const entry = fileURLToPath(new URL("./ending.fixture.ts", import.meta.url));
  const child = spawn(process.execPath, [entry], { stdio: ["ignore", "pipe", "inherit"] });
  const [output, end] = await Promise.all([text(child.stdout), once(child, "exit")]);
  expect([output, ...end]).toEqual(["1\n", 7, null]);
});

test("threads that have ended are waited for and not counted, and then nothing ends the process", async () => {
  let ended = false;
  await awaitEnd(new Promise<void>((resolve) => setImmediate(resolve)).then(() => (ended = true)));
  expect([ended, notEnded()]).toEqual([true, 0]);
  await endDespiteThreads(7);
});
