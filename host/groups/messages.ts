/**
 * The messages between the host's process and a group's process. The host checks a group's messages, because code that has
 * broken out of a tenant may send any.
 */
import { Compile, Type } from "#typebox";
import { errors } from "../errors.ts";
import type { TenantFunctionsRef } from "../protocol/artifact.ts";
import type { CgiContext, WireRequest } from "../protocol/http.ts";

interface Begin {
  readonly run: number;
  /** The number of a target. */
  readonly target: number;
  readonly cpuWeight: number;
}

/** Messages to a group. Bodies that are not bytes by nature are serialized by node:v8. */
export type ToGroup =
  /** The first message. Body: `GroupStart`. */
  | { readonly kind: "open" }
  /** Body: an array of `SlotProgram`. */
  | { readonly kind: "warm"; readonly id: number }
  /** `CodeAhead.ahead`. */
  | {
      readonly kind: "compile";
      readonly id: number;
      readonly tenant: string;
      readonly functions: TenantFunctionsRef;
      readonly ifFree: boolean;
    }
  /** From now on, the number means this target. A number can be given again. Body: `Target`. */
  | { readonly kind: "target"; readonly number: number }
  /** Body: the request's. */
  | (Begin & { readonly kind: "start"; readonly request: Omit<WireRequest, "body">; readonly cgi: CgiContext })
  | (Begin & { readonly kind: "scheduled"; readonly cron: string; readonly time: number })
  | { readonly kind: "cancel"; readonly run: number }
  /** The last piece of the body was moved on. */
  | { readonly kind: "more"; readonly run: number }
  /** Nobody reads the body any more. */
  | { readonly kind: "unread"; readonly run: number }
  /** Body: the reply of a binding. */
  | { readonly kind: "reply"; readonly call: number }
  /** Body: an upload. */
  | { readonly kind: "prepare"; readonly id: number; readonly party: string }
  | { readonly kind: "ping" };

const count = Type.Integer({ minimum: 0 });
const size = Type.Number({ minimum: 0 });
const poolSchema = Type.Object({ busy: count, slow: count, idle: count, waiting: count, lost: count });
const fault = {
  code: Type.Enum(Object.keys(errors) as (keyof typeof errors)[]),
  message: Type.String(),
  details: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
};
const logs = {
  lines: Type.Array(
    Type.Object({
      time: Type.Number(),
      level: Type.Enum(["debug", "info", "warn", "error"]),
      source: Type.Enum(["console", "output"]),
      message: Type.String(),
    }),
  ),
  dropped: count,
};

function kind<Name extends string, Properties extends Type.TProperties>(name: Name, properties: Properties) {
  return Type.Object({ kind: Type.Literal(name), ...properties });
}

/** A deploy's result for an upload, without its bytes: the parts lie in the body, one after the other. */
export const preparedSchema = Type.Intersect([
  Type.Object({ config: Type.Record(Type.String(), Type.Unknown()), lengths: Type.Array(count) }),
  Type.Union([
    Type.Object({
      form: Type.Literal("slim"),
      runtime: Type.String(),
      runtimeIntegrity: Type.String(),
      build: Type.String(),
      /** An i64 is text with an "n". */
      globals: Type.Array(Type.Union([Type.Number(), Type.String({ pattern: "^-?[0-9]+n$" })])),
      pages: count,
      functionCount: Type.Union([count, Type.Null()]),
      hasSourceMap: Type.Boolean(),
      startReads: Type.Array(Type.Object({ name: Type.String(), by: Type.String() })),
      ...logs,
    }),
    Type.Object({ form: Type.Literal("static"), fileNames: Type.Array(Type.String()) }),
    Type.Object({ form: Type.Literal("wasi") }),
  ]),
]);

const fromGroup = {
  /** The group serves. */
  ready: kind("ready", {}),
  /** The request of this number has been done. */
  done: kind("done", { id: count }),
  /** The answer to a ping: the state of the pools, and the use of steps since the last answer. */
  pong: kind("pong", {
    state: Type.Object({ slots: poolSchema, statics: poolSchema }),
    used: Type.Array(
      Type.Object({ tenant: Type.String(), steps: size, waitMs: size, switchMs: size, coldSteps: size, kvReads: size }),
    ),
  }),
  /** Body: the response's. It is empty if the body flows, and its pieces follow. */
  answer: kind("answer", {
    run: count,
    status: Type.Integer(),
    headers: Type.Array(Type.Tuple([Type.String(), Type.String()])),
    flows: Type.Boolean(),
  }),
  /** Body: a piece of the body that flows. The next piece comes when this one was moved on. */
  piece: kind("piece", { run: count }),
  /** The body that flows has come to its end, or has broken off. */
  bodyEnd: kind("bodyEnd", { run: count, broken: Type.Union([Type.Object(fault), Type.Null()]) }),
  failed: kind("failed", { run: count, ...fault }),
  /** Nothing of the run is left. It has been answered, or has failed. */
  finished: kind("finished", { run: count, cpuMs: size, wasCut: Type.Boolean() }),
  /** Lines for the tenant's log; `isMapped`: by the source map of the run's version. */
  log: kind("log", { run: count, isMapped: Type.Boolean(), ...logs }),
  /** The reason for which a run failed; `isMapped` as in `log`. */
  failure: kind("failure", { run: count, message: Type.String(), isMapped: Type.Boolean() }),
  /** Body: a binding's call. Limits by request count each attempt anew: a static program may be tried again. */
  call: kind("call", { run: count, call: count, attempt: count }),
  /** Nobody waits for the reply any more. */
  abort: kind("abort", { call: count }),
  /** Body: the parts. */
  prepared: kind("prepared", { id: count, prepared: preparedSchema }),
  refused: kind("refused", { id: count, ...fault, start: Type.Union([Type.Object(logs), Type.Null()]) }),
  /** A fault that belongs to no run and no upload, for the host's log. */
  fault: kind("fault", { where: Type.String(), message: Type.String() }),
};

type Schemas = typeof fromGroup;
export type FromGroup = { [Kind in keyof Schemas]: Type.Static<Schemas[Kind]> }[keyof Schemas];
export type FromGroupOf<Kind extends FromGroup["kind"]> = Extract<FromGroup, { kind: Kind }>;

const checks = new Map(Object.entries(fromGroup).map(([name, schema]) => [name, Compile(schema)]));

/** @throws Error if a group may not send this */
export function checkedMessage(head: unknown): FromGroup {
  const { kind: name } = (head ?? {}) as { kind?: unknown };
  const check = typeof name === "string" ? checks.get(name) : undefined;
  if (check === undefined || !check.Check(head)) throw new Error("a message is of no form that a group may send");
  return head as FromGroup;
}
