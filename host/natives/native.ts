/**
 * A native is a pure function of bytes and texts. A guest calls it in the middle of a step, because the host's machine code
 * is hundreds of times faster than an interpreter. Each native is one object, and each family has one file; table.ts lists
 * all natives.
 */
import type { Type } from "#typebox";
import type { JsonValue } from "../store/store.ts";

export interface Native<Schema extends Type.TSchema = Type.TSchema> {
  /** The method of a call (docs/reference/natives.md). */
  readonly name: string;
  /** The named arguments. They come from the guest, and are checked before `run`. */
  readonly schema: Schema;
  /** The byte strings that a call's body consists of. All but the last have their length in the argument `sizes`. */
  readonly parts: number;
  /** The most bytes of a call's body. With any arguments, a call of this size ends within some 100 ms. */
  readonly limitBytes: number;
  /** The refusal that stands for an error of node:crypto. */
  readonly failure: RefusalName;
  /** Runs the native, which keeps nothing between calls. @throws Refusal for the guest */
  run(named: Type.Static<Schema>, parts: readonly Uint8Array[]): NativeResult;
}

export interface NativeResult {
  readonly value?: JsonValue;
  /** Bytes, or a text that is sent as UTF-8. */
  readonly body?: Uint8Array;
}

/** The names that the Web's standards give to errors. */
export type RefusalName =
  | "DataError"
  | "EncodingError"
  | "InvalidCharacterError"
  | "NotSupportedError"
  | "OperationError";

/** An error for the guest, which makes a DOMException of it. */
export class Refusal extends Error {
  override readonly name: RefusalName;

  constructor(name: RefusalName, message: string) {
    super(message);
    this.name = name;
  }
}

/** Lets TypeScript find the arguments' type from the schema. */
export function defineNative<Schema extends Type.TSchema>(native: Native<Schema>): Native {
  return native as unknown as Native;
}

const MIB = 1 << 20;
/** The limit of functions that read their input and return little. */
export const READ_LIMIT_BYTES = 64 * MIB;
/** The limit of functions whose result is as large as their input, and is held beside it. */
export const CONVERT_LIMIT_BYTES = 16 * MIB;
