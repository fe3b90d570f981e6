/**
 * Adds the adapter to CPython's module, which is 85 MB of code. No index in that code changes, so it is copied as it is:
 *
 * - Functions and globals of the adapter follow those of CPython.
 * - Its imports take the places of imports that a program can do without, such as `sock_accept`. The few calls of those go
 *   to functions that answer as a host without sockets does.
 * - `host.call`, by which Python calls the host, becomes a call of the adapter's `door`.
 */
import { CodeScanner } from "../../host/component/read/code-scanner.ts";
import {
  type CoreModule,
  parseCoreModule,
  type Range,
  rangeReader,
  type SectionName,
} from "../../host/component/read/core-module.ts";
import { readLocals } from "../../host/component/read/instructions.ts";
import type { FunctionType } from "../../host/component/read/module-type.ts";
import { OP } from "../../host/component/read/opcodes.ts";
import { ByteWriter, written } from "../../host/component/write/byte-writer.ts";
import { TypeTable, writeModule } from "../../host/component/write/module-writer.ts";
import { exportSection } from "../../host/component/write/rewrite-exports.ts";
import { writeDefinedType, writeExternType } from "../../host/component/write/write-type.ts";
import { ERRNO, PREVIEW1 } from "../../host/wasi/preview1.ts";
import {
  type AdapterFunction,
  adapterFunctions,
  adapterGlobals,
  engineFunctions,
  hostFunctions,
} from "./adapter/functions.ts";
import { functionBody, type Names } from "./adapter/instructions.ts";
import { functionNames } from "./function-names.ts";

/** The import by which CPython's module `_host` calls. */
const door = { module: "host", name: "call" } as const;

/** Imports of preview 1 that give their places away, as many as the adapter needs besides the door's. */
const spared = ["sock_accept", "sock_recv", "sock_send", "sock_shutdown"] as const;

interface Place {
  /** Index of the import. */
  index: number;
  /** Index of the function that is called in its stead. */
  instead: number;
  type: FunctionType;
}

/** @param kept exports of CPython that the result has, too @throws Error if the build of CPython lacks a part */
export function graft(engine: Uint8Array, kept: readonly string[]): Uint8Array<ArrayBuffer> {
  const module = parseCoreModule(engine);
  const types = new TypeTable(module.types);
  const first = module.functions.length;
  const places = placesIn(module, first);
  const names = namesIn(module, places, first);
  const refusals = places.slice(1).map(({ type }) => ({ type, body: refusal }));
  const added = [...adapterFunctions.map((one) => ({ type: one.type, body: bodyOf(one, names) })), ...refusals];

  const sections = new Map<SectionName, Uint8Array>();
  for (const { id, body, end } of module.sections)
    if (id !== "custom") sections.set(id, module.bytes.subarray(body, end));
  sections.set("import", importSection(module, places, types));
  sections.set(
    "function",
    longer(module, "function", added, (writer, { type }) => writer.u32(types.indexOf(type))),
  );
  sections.set("type", types.finish());
  sections.set(
    "global",
    longer(module, "global", adapterGlobals, (writer) => {
      writeDefinedType(writer, { kind: "global", type: "i32", mutable: true });
      writer.u8(OP.i32Const, 0, OP.end);
    }),
  );
  const exports = adapterFunctions.flatMap(({ exported }, index) =>
    exported === undefined ? [] : [{ name: exported, kind: "function" as const, index: first + index }],
  );
  sections.set("export", exportSection([...module.exports.filter(({ name }) => kept.includes(name)), ...exports], 0));
  sections.set("code", codeSection(module, places, added));
  return writeModule(sections);
}

/** The places for the adapter's imports. The door's place comes first. */
function placesIn(module: CoreModule, first: number): Place[] {
  const doorFunction = adapterFunctions.findIndex(({ name }) => name === "door");
  const wanted = [door, ...spared.map((name) => ({ module: PREVIEW1, name }))];
  if (wanted.length !== Object.keys(hostFunctions).length) throw new Error("the adapter needs a place for each import");
  const functions = module.imports.filter(({ type }) => type.kind === "function");
  return wanted.map(({ module: from, name }, number) => {
    const index = functions.findIndex((entry) => entry.module === from && entry.name === name);
    if (index === -1) throw new Error(`this build of CPython does not import ${from}.${name}`);
    if (module.elements.some((segment) => segment.functions?.includes(index)))
      throw new Error(`this build of CPython has ${from}.${name} in its table`);
    const instead = first + (number === 0 ? doorFunction : adapterFunctions.length + number - 1);
    return { index, instead, type: module.functions[index]! };
  });
}

function namesIn(module: CoreModule, places: readonly Place[], first: number): Names {
  const byName = functionNames(module);
  const functions = new Map<string, number>();
  for (const name of engineFunctions) {
    const index = byName.get(name);
    if (index === undefined) throw new Error(`this build of CPython has no function ${name}, or no names`);
    functions.set(name, index);
  }
  for (const [number, name] of Object.keys(hostFunctions).entries())
    functions.set(`host:${name}`, places[number]!.index);
  for (const [number, { name }] of adapterFunctions.entries()) functions.set(name, first + number);
  const globals = new Map(adapterGlobals.map((name, number) => [name, module.globals.length + number]));
  return { functions, globals };
}

function bodyOf({ body, locals }: AdapterFunction, names: Names): Uint8Array {
  return functionBody(body, locals, names);
}

/** A body without locals that answers ENOSYS. */
const refusal = written((writer) => writer.u8(0, OP.i32Const).s32(ERRNO.nosys).u8(OP.end));

function importSection(module: CoreModule, places: readonly Place[], types: TypeTable): Uint8Array {
  const taken = new Map(
    Object.entries(hostFunctions).map(([name, type], number) => [places[number]!.index, { name, type }] as const),
  );
  let index = -1;
  return written((writer) =>
    writer.list(module.imports, (w, entry) => {
      if (entry.type.kind === "function") index++;
      const host = entry.type.kind === "function" ? taken.get(index) : undefined;
      w.name(host === undefined ? entry.module : "plinth:host").name(host?.name ?? entry.name);
      writeExternType(w, host === undefined ? entry.type : { kind: "function", ...host.type }, (type) =>
        types.indexOf(type),
      );
    }),
  );
}

function longer<T>(
  module: CoreModule,
  name: SectionName,
  items: readonly T[],
  write: (writer: ByteWriter, item: T) => void,
): Uint8Array {
  const section = module.sections.find(({ id }) => id === name)!;
  const reader = rangeReader(module, { start: section.body, end: section.end });
  const writer = new ByteWriter().u32(reader.u32() + items.length).bytes(reader.take(reader.remaining));
  for (const item of items) write(writer, item);
  return writer.finish();
}

function codeSection(module: CoreModule, places: readonly Place[], added: readonly { body: Uint8Array }[]): Uint8Array {
  const insteadOf = new Map(places.map(({ index, instead }) => [index, instead]));
  const writer = new ByteWriter().u32(module.bodies.length + added.length);
  for (const body of module.bodies) writer.sized(withoutCalls(module, body, insteadOf));
  for (const { body } of added) writer.sized(body);
  return writer.finish();
}

/** A body without calls of the functions in `insteadOf`; the same bytes if it never called one. */
function withoutCalls(module: CoreModule, body: Range, insteadOf: ReadonlyMap<number, number>): Uint8Array {
  const locals = rangeReader(module, body);
  readLocals(locals);
  const code = new CodeScanner(module.bytes, { start: locals.position, end: body.end, base: 0 });
  let writer: ByteWriter | undefined;
  let copied = body.start;
  while (code.next()) {
    if (code.opcode !== OP.call) continue;
    const instead = insteadOf.get(code.first);
    if (instead === undefined) continue;
    writer ??= new ByteWriter();
    writer.bytes(module.bytes.subarray(copied, code.start)).u8(OP.call).u32(instead);
    copied = code.position;
  }
  if (writer === undefined) return module.bytes.subarray(body.start, body.end);
  return writer.bytes(module.bytes.subarray(copied, body.end)).finish();
}
