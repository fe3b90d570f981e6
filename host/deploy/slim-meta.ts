/**
 * The `meta` of a slim version in the registry: the parts of its image that are no blobs. The values of globals stand in
 * JSON. An i64 does not fit a JSON number, so it is text with an "n".
 */
import { Compile, type Static, Type } from "#typebox";
import type { StartRead } from "../bindings/start-reads.ts";
import type { GlobalValue } from "../protocol/artifact.ts";

const slimMetaJson = Type.Object({
  build: Type.String(),
  globals: Type.Array(Type.Union([Type.Number(), Type.String({ pattern: "^-?[0-9]+n$" })])),
  pages: Type.Integer({ minimum: 0 }),
  /** Number of the tenant's own functions, if it has any. */
  functionCount: Type.Optional(Type.Integer({ minimum: 0 })),
  /** Left out if there are none. Versions of earlier builds do not have it. */
  startReads: Type.Optional(Type.Array(Type.Object({ name: Type.String(), by: Type.String() }))),
});

export interface SlimMeta {
  /** `Runtime.build` of the runtime that the image was captured on. */
  build: string;
  globals: GlobalValue[];
  /** 64 KiB wasm pages of the tenant's memory. */
  pages: number;
  functionCount: number | undefined;
  /** The variables that the start-up has read. */
  startReads: readonly StartRead[];
}

export function slimMetaToJson(meta: SlimMeta): Static<typeof slimMetaJson> {
  const { build, globals, pages, functionCount, startReads } = meta;
  const values = globals.map((value) => (typeof value === "bigint" ? `${value}n` : value));
  return {
    build,
    globals: values,
    pages,
    ...(functionCount === undefined ? {} : { functionCount }),
    ...(startReads.length === 0 ? {} : { startReads: startReads.map(({ name, by }) => ({ name, by })) }),
  };
}

/** The check is compiled, because every tenant's first request needs it. */
const check = Compile(slimMetaJson);

/** @throws TypeError if the registry holds something else */
export function readSlimMeta(meta: unknown): SlimMeta {
  if (!check.Check(meta)) throw new TypeError("the registry's notes on a version are not those of a slim component");
  const { build, globals, pages, functionCount, startReads = [] } = meta;
  const values = globals.map((value) => (typeof value === "string" ? BigInt(value.slice(0, -1)) : value));
  return { build, globals: values, pages, functionCount, startReads };
}
