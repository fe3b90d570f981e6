import { expect, it } from "vitest";
import { HeartbeatTable } from "../worker/heartbeat.ts";
import { StepIds } from "./step-ids.ts";

it("numbers steps from 1 on, and begins anew where a row of the heartbeat table is full", () => {
  const ids = new StepIds();
  expect([ids.next(), ids.next(), ids.next()]).toEqual([1, 2, 3]);
  const row = new Int32Array(new HeartbeatTable(1).buffer);
  const last = new StepIds(0x7fff_ffff);
  row[0] = last.next();
  expect([row[0], last.next()]).toEqual([0x7fff_ffff, 1]);
});
