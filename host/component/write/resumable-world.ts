import type { FunctionType, ModuleType } from "../read/module-type.ts";
import { ByteWriter } from "./byte-writer.ts";

/** The interface that a slim component of a runtime that can wait exports (wit/http.wit, world `resumable-service`). */
export const resumableInterface = "plinth:http/resumable@0.1.0";

/** The interface's functions, with the types of the core functions they are lifted from (Canonical ABI, flattening). */
export const resumableFunctions: readonly { name: "start" | "resume"; type: FunctionType }[] = [
  { name: "start", type: { params: ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"], results: ["i32"] } },
  { name: "resume", type: { params: ["i32", "i32"], results: ["i32"] } },
];

/** The exports that this world needs of every runtime, besides its memory. */
export const resumableExports: ModuleType["exports"] = [
  { name: "cabi_realloc", type: { kind: "function", params: ["i32", "i32", "i32", "i32"], results: ["i32"] } },
  ...resumableFunctions.map(({ name, type }) => ({
    name: `${resumableInterface}#${name}`,
    type: { kind: "function" as const, ...type },
  })),
];

/**
 * The export by which a runtime takes a scheduled run (wit/http.wit, interface `resumable-scheduled`). A runtime need not
 * have it, and no component lifts it, because the host calls the runtime itself. So it also serves components that were
 * built before the runtime had it.
 */
export const scheduledExport = "plinth:http/resumable-scheduled@0.1.0#run";

/** Type indices in `resumableTypes`. */
export const resumableTypeIndices = {
  header: 1,
  request: 3,
  response: 4,
  event: 6,
  outcome: 7,
  start: 8,
  resume: 10,
} as const;

/** The types that the exported instance names, in the order of wit/http.wit. */
export const namedTypes = ["header", "request", "response", "event", "outcome"] as const;

/** Component value types (component model, Binary.md, "Type Definitions"). */
const [u8, u16, u32, string] = [0x7d, 0x7b, 0x79, 0x73] as const;
const form = { record: 0x72, variant: 0x71, list: 0x70, tuple: 0x6f, result: 0x6a, function: 0x40 } as const;

/** The body of a type section that defines wit/http.wit's types and the functions of `resumable`. */
export function resumableTypes(): Uint8Array {
  const writer = new ByteWriter();
  const types = resumableTypeIndices;
  const [bytes, headers, result, events] = [0, 2, 5, 9];
  const record = (fields: [string, number][]) =>
    writer.u8(form.record).list(fields, (w, [name, type]) => w.name(name).u8(type));
  const functionType = (parameter: string, type: number) =>
    writer.u8(form.function).u32(1).name(parameter).u8(type, 0x00, types.outcome);
  const message: [string, number][] = [
    ["headers", headers],
    ["body", bytes],
  ];

  writer.u32(11);
  writer.u8(form.list, u8); // 0 bytes
  writer.u8(form.tuple, 2, string, bytes); // 1 header
  writer.u8(form.list, types.header); // 2 headers
  record([["method", string], ["uri", string], ...message]); // 3 request
  record([["status", u16], ...message]); // 4 response
  writer.u8(form.result, 1, bytes, 1, string); // 5
  record([
    ["operation", u32],
    ["outcome", result],
  ]); // 6 event
  const cases: [string, number | undefined][] = [
    ["response", types.response],
    ["early-response", types.response],
    ["pending", undefined],
    ["done", undefined],
    ["failed", string],
    ["stuck", string],
  ];
  writer.u8(form.variant).list(cases, (w, [name, type]) => {
    w.name(name);
    if (type === undefined) w.u8(0);
    else w.u8(1, type);
    w.u8(0); // no `refines`
  }); // 7 outcome
  functionType("request", types.request); // 8 start
  writer.u8(form.list, types.event); // 9 events
  functionType("events", events); // 10 resume
  return writer.finish();
}
