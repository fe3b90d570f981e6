import type { ByteReader } from "./byte-reader.ts";
import { hex } from "./module-type.ts";

/** An entry of the core instance index space. */
export type CoreInstance =
  | {
      kind: "instantiate";
      /** Index in the core module index space. */
      module: number;
      /** The core instance for each imported module name. */
      args: { name: string; instance: number }[];
      position: number;
    }
  | { kind: "exports"; names: string[]; position: number };

/** An entry of the core function index space. */
export type CoreFunction =
  | { kind: "alias"; instance: number; name: string; position: number }
  /** Made by the canonical ABI: a lowered import or a resource operation. */
  | { kind: "canonical"; operation: "lower" | "resource.new" | "resource.drop" | "resource.rep"; position: number };

/** A `canon lift`: the core function behind a component function. */
export interface Lift {
  /** Index in the core function index space. */
  coreFunction: number;
  encoding: "utf8" | "utf16" | "latin1+utf16";
  /** Index in the core memory index space. */
  memory: number | undefined;
  /** Index in the core function index space. */
  realloc: number | undefined;
  postReturn: number | undefined;
  position: number;
}

const coreSorts = new Map([
  [0x00, "core func"],
  [0x01, "core table"],
  [0x02, "core memory"],
  [0x03, "core global"],
  [0x10, "core type"],
  [0x11, "core module"],
  [0x12, "core instance"],
] as const);

type AliasSort = typeof coreSorts extends Map<number, infer Sort> ? Sort | "component" : never;

/**
 * Reads the parts of a slim component that join core instances (component model, Binary.md, "Instance Definitions",
 * "Alias Definitions", "Canonical Definitions"), and keeps their core index spaces.
 */
export class CanonReader {
  readonly coreInstances: CoreInstance[] = [];
  readonly coreFunctions: CoreFunction[] = [];
  readonly lifts: Lift[] = [];
  #memories = 0;

  /** @param modules number of core modules defined so far */
  readCoreInstance(reader: ByteReader, modules: number): void {
    const position = reader.position;
    const kind = reader.u8("the kind of a core instance");
    if (kind === 0) {
      const module = index(reader, modules, "core module");
      const args: { name: string; instance: number }[] = [];
      for (let left = reader.count("arguments", 3); left > 0; left--) {
        const name = reader.name("an argument's name");
        const sort = reader.u8("an argument's sort");
        if (sort !== 0x12) reader.malformed("an argument of a core module is a core instance", reader.position - 1);
        args.push({ name, instance: index(reader, this.coreInstances.length, "core instance") });
      }
      this.coreInstances.push({ kind: "instantiate", module, args, position });
    } else if (kind === 1) {
      const names: string[] = [];
      for (let left = reader.count("exports", 3); left > 0; left--) {
        names.push(reader.name("an export's name"));
        reader.u8("a core sort");
        reader.u32("an index");
      }
      this.coreInstances.push({ kind: "exports", names, position });
    } else {
      reader.malformed(`core instances have the kind 0 or 1, not ${kind}`, position);
    }
  }

  /** @returns the sort of the aliased item; everything outside core sorts is "component" */
  readAlias(reader: ByteReader): AliasSort {
    const position = reader.position;
    const code = reader.u8("a sort");
    const sort = code === 0 ? coreSorts.get(reader.u8("a core sort") as 0) : ("component" as const);
    if (sort === undefined || code > 5) return reader.unsupported("an alias of this sort", position);
    const target = reader.u8("an alias target");
    if (target > 2) reader.malformed(`an alias has the target 0, 1 or 2, not ${hex(target)}`, reader.position - 1);
    if (target === 2) {
      reader.u32("a number of levels");
      reader.u32("an index");
      return sort;
    }
    const isCore = target === 1;
    const instance = isCore
      ? index(reader, this.coreInstances.length, "core instance")
      : reader.u32("an instance index");
    const name = reader.name("an export's name");
    if (isCore && sort === "core func") this.coreFunctions.push({ kind: "alias", instance, name, position });
    if (isCore && sort === "core memory") this.#memories++;
    return sort;
  }

  readCanon(reader: ByteReader): void {
    const position = reader.position;
    const code = reader.u8("a canonical definition");
    if (code === 0x00 || code === 0x01) {
      if (reader.u8("a canonical definition") !== 0) reader.malformed("0x00 should follow", reader.position - 1);
    }
    if (code === 0x00) {
      const coreFunction = index(reader, this.coreFunctions.length, "core function");
      const lift: Lift = { coreFunction, ...this.#options(reader), position };
      reader.u32("a type index");
      this.lifts.push(lift);
      return;
    }
    const operation = ([undefined, "lower", "resource.new", "resource.drop", "resource.rep"] as const)[code];
    if (operation === undefined) {
      reader.unsupported(`the canonical definition ${hex(code)} in a slim component`, position);
    }
    reader.u32("an index");
    if (operation === "lower") this.#options(reader);
    this.coreFunctions.push({ kind: "canonical", operation, position });
  }

  #options(reader: ByteReader): Omit<Lift, "coreFunction" | "position"> {
    const options: Omit<Lift, "coreFunction" | "position"> = {
      encoding: "utf8",
      memory: undefined,
      realloc: undefined,
      postReturn: undefined,
    };
    for (let left = reader.count("options"); left > 0; left--) {
      const position = reader.position;
      const code = reader.u8("a canonical option");
      if (code <= 2) options.encoding = (["utf8", "utf16", "latin1+utf16"] as const)[code]!;
      else if (code === 3) options.memory = index(reader, this.#memories, "core memory");
      else if (code === 4) options.realloc = index(reader, this.coreFunctions.length, "core function");
      else if (code === 5) options.postReturn = index(reader, this.coreFunctions.length, "core function");
      else reader.unsupported(`the canonical option ${hex(code)} in a slim component`, position);
    }
    return options;
  }
}

function index(reader: ByteReader, count: number, what: string): number {
  const position = reader.position;
  const found = reader.u32(`the index of a ${what}`);
  if (found >= count) reader.malformed(`there is no ${what} ${found}`, position);
  return found;
}
