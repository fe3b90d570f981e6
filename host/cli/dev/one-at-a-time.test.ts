import { expect, test } from "vitest";
import { oneAtATime } from "./one-at-a-time.ts";

test("calls while the work runs make it run once more, after it", async () => {
  const started: PromiseWithResolvers<void>[] = [];
  const run = oneAtATime(() => {
    const work = Promise.withResolvers<void>();
    started.push(work);
    return work.promise;
  });
  const first = run();
  run();
  run();
  expect(started).toHaveLength(1);
  started[0]!.resolve();
  await expect.poll(() => started.length).toBe(2);
  started[1]!.resolve();
  await first;
  expect(started).toHaveLength(2);

  const later = run();
  expect(started).toHaveLength(3);
  started[2]!.resolve();
  await later;
});
