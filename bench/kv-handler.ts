/** The extra cost of a KV read for a handler, against a handler that reads nothing. It is measured inside the worker. */
import type { Grants } from "../host/bindings/binding.ts";
import { newValue } from "../host/bindings/kv/new-value.ts";
import type { WireRequest } from "../host/protocol/http.ts";
import type { StepResult } from "../host/protocol/slot-step.ts";
import type { Benchmarks } from "../runtimes/showcase.ts";
import { openOneSlot } from "./one-slot.ts";
import { type Latency, latencyOf } from "./statistics.ts";

export interface HandlerFigures {
  /** Time of a whole step: switch, call, handler and answer. */
  emptyStepUs: Latency;
  oneGetStepUs: Latency;
  elevenGetsStepUs: Latency;
  /** p50 of a handler that reads one value of 1 KB, less p50 of a handler that reads none. */
  firstGetUs: number;
  /** Time that each further read adds. */
  furtherGetUs: number;
}

const VALUE_BYTES = 1024;
const NAMESPACE = "reader/PAGES";

const request: WireRequest = {
  method: "GET",
  uri: "http://bench.localhost/",
  headers: [["host", "bench.localhost"]],
  body: new Uint8Array(0),
};
const grants: Grants = { kv: { PAGES: { namespace: NAMESPACE, write: true } } };

export async function measureHandler(requests: number, build: NonNullable<Benchmarks["kv"]>): Promise<HandlerFigures> {
  await using slot = await openOneSlot();
  await slot.kv.createNamespace(NAMESPACE);
  const value = new Uint8Array(VALUE_BYTES).fill("v".charCodeAt(0));
  const values = Array.from({ length: 11 }, (_, n) => newValue(`key-${n}`, value, {}));
  await slot.kv.put("reader", NAMESPACE, values, null);

  // The programs take turns, so that other load on the machine meets all of them.
  const programs = [0, 1, 11];
  const targets = await Promise.all(programs.map(async (gets) => slot.deploy(`gets-${gets}`, await build(gets))));
  const steps = programs.map((): StepResult[] => []);
  for (let n = 0; n < requests; n++) {
    for (const [index, target] of targets.entries()) {
      // The first run brings the tenant into the slot. The second run is the measured one.
      await slot.run(target, request, grants);
      const step = await slot.run(target, request, grants);
      if (n > requests / 3) steps[index]!.push(step);
    }
  }
  const [empty, one, eleven] = steps.map((list) => latencyOf(list.map(({ stepUs }) => stepUs)));
  return {
    emptyStepUs: empty!,
    oneGetStepUs: one!,
    elevenGetsStepUs: eleven!,
    firstGetUs: one!.p50 - empty!.p50,
    furtherGetUs: (eleven!.p50 - one!.p50) / 10,
  };
}
