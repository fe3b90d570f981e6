import { expect, test } from "vitest";
import { BulkTurns, BYTE_MS } from "./bulk-turns.ts";
import { CpuShares } from "./cpu-shares.ts";

const PIECE = 64 * 1024;

test("a turn of the event loop moves few pieces, and all are moved in the end", async () => {
  const turns = new BulkTurns(new CpuShares());
  let moved = 0;
  for (let n = 0; n < 20; n++) turns.wait("shop", PIECE, () => void moved++);
  const seen: number[] = [];
  while (moved < 20) {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(moved);
  }
  expect(seen).toEqual([4, 8, 12, 16, 20]);
});

test("the tenant that has had less comes first, and each piece is charged", async () => {
  const shares = new CpuShares();
  const turns = new BulkTurns(shares);
  const order: string[] = [];
  const wait = (tenant: string, pieces: number) => {
    for (let n = 0; n < pieces; n++) turns.wait(tenant, PIECE, () => void order.push(tenant));
  };
  wait("greedy", 1);
  await expect.poll(() => order).toEqual(["greedy"]);
  shares.charge("greedy", PIECE * BYTE_MS);
  wait("greedy", 3);
  wait("modest", 3);
  await expect.poll(() => order).toHaveLength(7);
  // Greedy has had two pieces' time, one of them elsewhere, so two modest pieces come before its next one.
  expect(order.slice(1, 4)).toEqual(["modest", "modest", "greedy"]);
});

test("a piece that begins another one while it is moved does not end the turns", async () => {
  const turns = new BulkTurns(new CpuShares());
  let left = 100;
  const go = () => turns.wait("shop", PIECE, () => (--left > 0 ? go() : undefined));
  go();
  await expect.poll(() => left).toBe(0);
});
