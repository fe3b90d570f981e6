import type { SectionName } from "../read/core-module.ts";
import { sectionIds } from "../read/core-module.ts";
import { hex, type Limits, type ReferenceType, type ValueType } from "../read/module-type.ts";
import { opcodeNumber, opcodes } from "../read/opcodes.ts";

/** An import that tenants' modules may have, with exactly this type. */
export type AllowedImport = { module: string; name: string } & (
  | { kind: "function"; params: ValueType[]; results: ValueType[] }
  | { kind: "memory"; limits: Limits }
  | { kind: "table"; element: ReferenceType; limits: Limits }
  | { kind: "global"; type: ValueType; mutable: boolean }
);

/** Sections that a policy may allow. No policy allows tables and memories of a tenant's own. */
type AllowedSection = Exclude<SectionName, "table" | "memory" | "tag">;

/**
 * The parts that a tenant's core module may have, as JSON in a runtime's `runtime.json`. All other parts are refused. No
 * policy can allow memories, tables and mutable globals of the module's own, because an instance would carry them from one
 * request to the next.
 */
export interface TenantPolicy {
  sections: AllowedSection[];
  imports: AllowedImport[];
  /**
   * Names as in the text format ("i32.add"), numbers ("0x6a", "0xfc08") and ranges of numbers ("0x28-0x3e"; behind the
   * prefix 0xfc, "0xfc00-0xfc07"). `select` with types is "select_t".
   */
  opcodes: string[];
  /** Names of functions that may be exported. */
  exports: string[];
  start: boolean;
  dataModes: ("active" | "passive")[];
  /**
   * The table indices for a tenant's functions. The module then has exactly one element segment: active, of functions
   * of its own, from `first` on, with at most `most` entries. Without this, a module has no element segment.
   */
  elements?: { first: number; most: number };
  /** A custom section that the module must have, once, with these contents (UTF-8). */
  customSection?: { name: string; contents: string };
  maxFunctions: number;
  /** The most bytes of all data segments together. */
  maxDataBytes: number;
  /** The most locals that a function declares, without its parameters. */
  maxLocals: number;
}

/** A policy made ready for use. */
export interface CompiledPolicy extends Omit<TenantPolicy, "sections" | "imports" | "opcodes" | "exports"> {
  sections: ReadonlySet<SectionName>;
  imports: ReadonlyMap<string, AllowedImport>;
  opcodes: ReadonlySet<number>;
  exports: ReadonlySet<string>;
}

/** The key of an import in `CompiledPolicy.imports`. */
export function importKey(module: string, name: string): string {
  return JSON.stringify([module, name]);
}

/**
 * Checks a policy and makes it ready for use.
 *
 * @throws RangeError if it names a section or an opcode that Plinth does not know, or a limit is no number. A policy
 *   comes with a runtime from the operator, so this is not a `ComponentError`.
 */
export function compilePolicy(policy: TenantPolicy): CompiledPolicy {
  for (const section of policy.sections) {
    if (!Object.hasOwn(sectionIds, section) || ["table", "memory", "tag"].includes(section)) {
      throw new RangeError(`policy: the section "${section}" cannot be allowed`);
    }
  }
  if (policy.sections.includes("element") !== (policy.elements !== undefined)) {
    throw new RangeError("policy: the section element and the field elements go together");
  }
  for (const limit of ["maxFunctions", "maxDataBytes", "maxLocals"] as const) {
    if (!Number.isSafeInteger(policy[limit]) || policy[limit] < 0) {
      throw new RangeError(`policy: ${limit} is not a number of things`);
    }
  }
  return {
    ...policy,
    sections: new Set(policy.sections),
    imports: new Map(policy.imports.map((entry) => [importKey(entry.module, entry.name), entry])),
    opcodes: new Set(policy.opcodes.flatMap(opcodeNumbers)),
    exports: new Set(policy.exports),
  };
}

function opcodeNumbers(text: string): number[] {
  const named = opcodeNumber(text);
  if (named !== undefined) return [named];
  const match = /^(0x[0-9a-f]+)(?:-(0x[0-9a-f]+))?$/.exec(text);
  if (match === null) throw new RangeError(`policy: there is no opcode "${text}"`);
  const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
  if (last > 0xffff || last < first) throw new RangeError(`policy: "${text}" is not a range of opcodes`);
  const numbers: number[] = [];
  for (let number = first; number <= last; number++) if (opcodes.has(number)) numbers.push(number);
  if (numbers.length === 0) throw new RangeError(`policy: there is no opcode ${hex(first)}`);
  return numbers;
}
