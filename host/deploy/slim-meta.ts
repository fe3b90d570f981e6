/** Values of globals in the registry's JSON: an i64 does not fit a JSON number, so it stands as text with an "n". */
import { Type } from "typebox";
import { Value } from "typebox/value";
import type { GlobalValue } from "../worker/protocol.ts";

export function globalsToJson(globals: readonly GlobalValue[]): (number | string)[] {
  return globals.map((value) => (typeof value === "bigint" ? `${value}n` : value));
}

export function globalsFromJson(json: readonly (number | string)[]): GlobalValue[] {
  return json.map((value) => (typeof value === "string" ? BigInt(value.slice(0, -1)) : value));
}

/** `meta` of a slim version in the registry. */
const SlimMeta = Type.Object({
  globals: Type.Array(Type.Union([Type.Number(), Type.String({ pattern: "^-?[0-9]+n$" })])),
  pages: Type.Integer({ minimum: 0 }),
});

/** @throws where the registry holds something else */
export function readSlimMeta(meta: unknown): { globals: GlobalValue[]; pages: number } {
  const { globals, pages } = Value.Parse(SlimMeta, meta);
  return { globals: globalsFromJson(globals), pages };
}
