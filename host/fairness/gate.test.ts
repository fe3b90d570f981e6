import { expect, test } from "vitest";
import { Gate } from "./gate.ts";

const never = new AbortController().signal;

test("parties come in by turns, however many wait for each", async () => {
  const gate = new Gate();
  const inside: string[] = [];
  const places: Disposable[] = [];
  const all = ["a1", "a2", "a3", "a4", "b1", "b2"].map(async (name) => {
    places.push(await gate.enter(2, name[0]!, never));
    inside.push(name);
  });
  await Promise.all(all.slice(0, 2));
  expect(inside).toEqual(["a1", "a2"]);
  while (inside.length < all.length) {
    places.shift()?.[Symbol.dispose]();
    await new Promise(setImmediate);
  }
  expect(inside).toEqual(["a1", "a2", "a3", "b1", "a4", "b2"]);
  expect(places.length).toBe(2);
});

test("who gives up does not get a place", async () => {
  const gate = new Gate();
  const first = await gate.enter(1, "a", never);
  const giveUp = new AbortController();
  const second = gate.enter(1, "a", giveUp.signal);
  const third = gate.enter(1, "a", never);
  giveUp.abort("enough");
  await expect(second).rejects.toBe("enough");
  await expect(gate.enter(1, "a", giveUp.signal)).rejects.toBe("enough");
  first[Symbol.dispose]();
  (await third)[Symbol.dispose]();
  (await gate.enter(1, "b", never))[Symbol.dispose]();
});
