import { expect, test, vi } from "vitest";
import type { GrantedContext } from "../bindings/host-bindings.ts";
import { plinthError } from "../errors.ts";
import type { Run } from "../pool/programs.ts";
import { HeardMessages } from "./heard-messages.ts";
import type { ToGroup } from "./messages.ts";
import { RemoteRun } from "./remote-run.ts";

const target = {
  tenant: "shop",
  version: 3,
  grants: { kv: { KV: { namespace: "shop/DATA", write: true } } },
  limits: { cpuMs: 500 },
  sourceMap: null,
};
const log = { add: vi.fn(), failure: vi.fn() };

function group() {
  const runs = new Map<number, RemoteRun>();
  const run = new RemoteRun({ target, requestId: "req-7", log } as unknown as Run, () => {});
  runs.set(1, run);
  const sent: ToGroup[] = [];
  const calls: GrantedContext[] = [];
  const reply = Promise.withResolvers<Uint8Array>();
  const bindings = {
    call: (_frame: Uint8Array, context: GrantedContext) => {
      calls.push(context);
      return reply.promise;
    },
  };
  const heard = new HeardMessages(runs, (message) => sent.push(message), {
    bindings,
    onFault: () => {},
    onReport: () => {},
  });
  return { heard, runs, run, sent, calls, reply };
}
const nothing = new Uint8Array(0);

test("a call has the grants and limits of its run, whatever the group says", async () => {
  const { heard, sent, calls, reply } = group();
  heard.take({ kind: "call", run: 1, call: 5, attempt: 1 }, nothing);
  expect(calls).toMatchObject([{ tenant: "shop", version: 3, requestId: "req-7", grants: target.grants }]);
  reply.resolve(nothing);
  await expect.poll(() => sent).toEqual([{ kind: "reply", call: 5 }]);
});

test("a call for a run that the group does not have is not made", () => {
  const { heard, runs, calls } = group();
  heard.take({ kind: "call", run: 2, call: 5, attempt: 1 }, nothing);
  heard.take({ kind: "finished", run: 1, cpuMs: 1, wasCut: false }, nothing);
  heard.take({ kind: "call", run: 1, call: 6, attempt: 1 }, nothing);
  expect(calls).toEqual([]);
  expect(runs.size).toBe(0);
});

test("attempts have limits of their own, and not more of them than a run has attempts", () => {
  const { heard, calls } = group();
  for (let attempt = 0; attempt < 20; attempt++) heard.take({ kind: "call", run: 1, call: attempt, attempt }, nothing);
  heard.take({ kind: "call", run: 1, call: 100, attempt: 1 }, nothing);
  expect(new Set(calls.map(({ request }) => request)).size).toBe(4);
  expect(calls.at(-1)!.request).toBe(calls[1]!.request);
});

test("the end of a run, a call given up and the loss of the group end calls under way", () => {
  const { heard, run, calls } = group();
  for (const call of [1, 2]) heard.take({ kind: "call", run: 1, call, attempt: 1 }, nothing);
  heard.take({ kind: "abort", call: 1 }, nothing);
  expect(calls.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  run.lose(plinthError("PLINTH_GROUP_LOST"), false);
  expect(calls.map(({ signal }) => signal.aborted)).toEqual([true, true]);
});

test("a run that is lost fails, tells its tenant why, and counts as cut if its tenant was alone", async () => {
  const { run } = group();
  run.lose(plinthError("PLINTH_GROUP_LOST"), true);
  await expect(run.answer).rejects.toMatchObject({ code: "PLINTH_GROUP_LOST" });
  await run.finished;
  expect(run).toMatchObject({ wasCut: true, cpuMs: 500 });
  expect(log.failure).toHaveBeenCalledWith(expect.stringContaining("the process of the tenant's group ended"), null);
});

test("a run that the group ends without an answer fails", async () => {
  const { heard, run } = group();
  heard.take({ kind: "finished", run: 1, cpuMs: 2, wasCut: false }, nothing);
  await expect(run.answer).rejects.toMatchObject({ code: "PLINTH_WORKER_LOST" });
});
