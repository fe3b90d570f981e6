import { expect, test } from "vitest";
import { TimedTurns } from "./timed-turns.ts";

/** Holders that each stay for some time of the clock, and the order in which they came in. */
function visits() {
  let now = 0;
  const turns = new TimedTurns(() => now);
  const order: string[] = [];
  const visit = async (party: string, ms: number) => {
    using _turn = await turns.enter(party);
    order.push(party);
    now += ms;
    // The next ones come while this one is inside.
    await new Promise((resolve) => setImmediate(resolve));
  };
  const pass = (ms: number) => {
    now += ms;
  };
  return { order, visit, pass };
}

test("parties of equal use take turns, however many wait for each", async () => {
  const { order, visit } = visits();
  await Promise.all(["a", "a", "a", "b", "c"].map((party) => visit(party, 10)));
  expect(order).toEqual(["a", "b", "c", "a", "a"]);
});

test("who has used little comes before many that have used much, and before their next turns", async () => {
  const { order, visit } = visits();
  const greedy = ["g1", "g2", "g3", "g4"];
  await Promise.all(greedy.map((party) => visit(party, 2_000)));
  order.length = 0;
  await Promise.all([...greedy, "honest", "honest"].map((party) => visit(party, party === "honest" ? 100 : 2_000)));
  expect(order).toEqual(["g1", "honest", "honest", "g2", "g3", "g4"]);
});

test("time that was used long ago counts little", async () => {
  const { order, visit, pass } = visits();
  await visit("early", 2_000);
  pass(3_600_000);
  await visit("late", 500);
  order.length = 0;
  await Promise.all(["other", "late", "early"].map((party) => visit(party, 1)));
  expect(order).toEqual(["other", "early", "late"]);
});

test("a turn that fails lets the next one in", async () => {
  const turns = new TimedTurns();
  const failing = async () => {
    using _turn = await turns.enter("a");
    throw new Error("no");
  };
  const next = Promise.all([failing().catch(String), turns.enter("b")]);
  const [failure, turn] = await next;
  expect(failure).toBe("Error: no");
  turn[Symbol.dispose]();
});
