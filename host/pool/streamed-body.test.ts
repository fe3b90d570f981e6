import { expect, test } from "vitest";
import { StreamedBody } from "./streamed-body.ts";

const bytes = (length: number) => new Uint8Array(length);

/** A body, and the bytes that wait in it. */
function counted(): { body: StreamedBody; held(): number } {
  let held = 0;
  const hold = (count: number) => {
    held += count;
    return {
      [Symbol.dispose]() {
        held -= count;
      },
    };
  };
  return { body: new StreamedBody(hold), held: () => held };
}

test("gives the pieces in their order, and then the end", async () => {
  const { body, held } = counted();
  const first = body.next();
  body.write(bytes(1));
  body.write(bytes(2));
  body.write(bytes(0));
  expect(await first).toHaveLength(1);
  expect(held()).toBe(2);
  body.end();
  body.write(bytes(3));
  expect(await body.next()).toHaveLength(2);
  expect(held()).toBe(0);
  expect(await body.next()).toBeNull();
});

test("gives what was written before it broke, and then the reason", async () => {
  const { body } = counted();
  body.write(bytes(1));
  body.break(new Error("the reason"));
  body.break(new Error("another one"));
  expect(await body.next()).toHaveLength(1);
  await expect(body.next()).rejects.toThrow("the reason");
});

test("tells the program to write on when the reader has moved most of it on", async () => {
  const { body } = counted();
  expect(await body.drained()).toBe(true);
  for (let i = 0; i < 3; i++) body.write(bytes(60 << 10));
  let isDrained = false;
  const drained = body.drained().then((isRead) => {
    isDrained = isRead;
  });
  await body.next();
  await body.next();
  // The reader is moving the second piece on, and the third one waits.
  expect(isDrained).toBe(false);
  await body.next();
  await drained;
  expect(isDrained).toBe(true);
});

test("forgets what nobody reads, and says so", async () => {
  const { body, held } = counted();
  body.write(bytes(100 << 10));
  const drained = body.drained();
  body.abandon();
  expect(await drained).toBe(false);
  body.write(bytes(1));
  expect(held()).toBe(0);
  expect(await body.next()).toBeNull();
});

test("is idle while neither side does anything, but not while the client reads slowly", async () => {
  const { body } = counted();
  await expect.poll(() => body.idleMs).toBeGreaterThan(0);
  body.write(bytes(1));
  expect(body.idleMs).toBe(0);
  await body.next();
  expect(body.idleMs).toBe(0);
  void body.next();
  await expect.poll(() => body.idleMs).toBeGreaterThan(0);
});

test("takes what its hold refuses for no part of the body", async () => {
  const body = new StreamedBody(() => {
    throw new Error("no room");
  });
  expect(() => body.write(bytes(1))).toThrow("no room");
  expect(body.waitingBytes).toBe(0);
});
