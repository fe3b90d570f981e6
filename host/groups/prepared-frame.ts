/** A deploy's result for an upload, in the form that crosses between processes. */
import type { Type } from "#typebox";
import type { Prepared, PreparedSlim, PreparedStatic, PreparedWasi } from "../deploy/prepared.ts";
import type { preparedSchema } from "./messages.ts";

type PreparedHead = Type.Static<typeof preparedSchema>;

export function encodePrepared(prepared: Prepared): { head: PreparedHead; body: Uint8Array } {
  const { config } = prepared;
  if (prepared.kind === "wasi") return joined({ form: "wasi" }, config, [prepared.module]);
  const glue = Buffer.from(prepared.glue);
  if (prepared.kind === "static") {
    const { coreModules } = prepared;
    const fileNames = coreModules.map(({ fileName }) => fileName);
    return joined({ form: "static", fileNames }, config, [glue, ...coreModules.map(({ bytes }) => bytes)]);
  }
  const { runtime, runtimeIntegrity, build, pages, functions, sourceMap, logs, logsDropped, delta } = prepared;
  const head = {
    form: "slim" as const,
    runtime,
    runtimeIntegrity,
    build,
    globals: prepared.globals.map((value) => (typeof value === "bigint" ? `${value}n` : value)),
    pages,
    functionCount: functions?.count ?? null,
    hasSourceMap: sourceMap !== null,
    startReads: [...prepared.startReads],
    lines: logs,
    dropped: logsDropped,
  };
  const optional = [functions?.module, sourceMap].filter((part) => part !== undefined && part !== null);
  return joined(head, config, [glue, delta, ...optional]);
}

/** @throws Error if the parts are not those of the head */
export function decodePrepared(head: PreparedHead, body: Uint8Array): Prepared {
  const parts = split(body, head.lengths);
  const next = () => {
    const part = parts.shift();
    if (part === undefined) throw new Error("a part of what was prepared is missing");
    return part;
  };
  const prepared = assemble(head, next);
  if (parts.length > 0) throw new Error("what was prepared has too many parts");
  return { ...prepared, config: head.config };
}

function assemble(head: PreparedHead, next: () => Uint8Array): PreparedSlim | PreparedStatic | PreparedWasi {
  if (head.form === "wasi") return { kind: "wasi", module: next() };
  const glue = Buffer.from(next()).toString("utf8");
  if (head.form === "static") {
    return { kind: "static", glue, coreModules: head.fileNames.map((fileName) => ({ fileName, bytes: next() })) };
  }
  const { runtime, runtimeIntegrity, build, pages, functionCount, lines, dropped } = head;
  return {
    kind: "slim",
    runtime,
    runtimeIntegrity,
    build,
    glue,
    delta: next(),
    functions: functionCount === null ? null : { module: next(), count: functionCount },
    globals: head.globals.map((value) => (typeof value === "string" ? BigInt(value.slice(0, -1)) : value)),
    pages,
    sourceMap: head.hasSourceMap ? next() : null,
    startReads: head.startReads,
    logs: lines,
    logsDropped: dropped,
  };
}

type Form = PreparedHead extends infer Head ? (Head extends unknown ? Omit<Head, "config" | "lengths"> : never) : never;

function joined(form: Form, config: Prepared["config"], parts: readonly Uint8Array[]) {
  const head = { ...form, config, lengths: parts.map(({ byteLength }) => byteLength) } as PreparedHead;
  return { head, body: Buffer.concat(parts) };
}

/** @throws Error if the lengths are not those of the body */
function split(body: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  if (lengths.reduce((sum, length) => sum + length, 0) !== body.byteLength) throw new Error("parts are missing");
  let at = 0;
  return lengths.map((length) => {
    at += length;
    return body.subarray(at - length, at);
  });
}
