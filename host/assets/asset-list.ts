/** The static files of a version. Their list is a blob of its own, which the version names. */
import { Compile, type Static, Type } from "#typebox";
import { plinthError } from "../errors.ts";
import type { Sha256 } from "../store/names.ts";

/** The most bytes of a path. */
const MOST_PATH_BYTES = 1_024;
/** Bytes on the host's disk for the entry of a file in its version, estimated. They count towards the tenant's storage. */
export const ENTRY_BYTES = 512;

const assetSchema = Type.Object(
  {
    path: Type.String({ description: 'in the site, such as "/css/main.css"' }),
    hash: Type.Unsafe<Sha256>(Type.String({ pattern: "^[0-9a-f]{64}$", description: "SHA-256 of the file" })),
    bytes: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  },
  { additionalProperties: false },
);

export const assetFilesSchema = Type.Array(assetSchema, { minItems: 1, maxItems: 100_000 });

export type AssetFile = Static<typeof assetSchema>;

const stored = Compile(Type.Object({ files: assetFilesSchema }));

/** Makes the same bytes for the same files, in any order. */
export function encodeAssetList(files: readonly AssetFile[]): Buffer<ArrayBuffer> {
  const inOrder = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return Buffer.from(JSON.stringify({ files: inOrder.map(({ path, hash, bytes }) => ({ path, hash, bytes })) }));
}

/** @throws Error for bytes that `encodeAssetList` has not made */
export function decodeAssetList(bytes: Uint8Array): readonly AssetFile[] {
  return stored.Decode(JSON.parse(Buffer.from(bytes).toString())).files;
}

/** @throws PLINTH_ASSET_PATH */
export function checkAssetPaths(paths: Iterable<string>): void {
  const seen = new Set<string>();
  for (const path of paths) {
    const mistake = seen.has(path) ? "two files have this path" : assetPathMistake(path);
    if (mistake !== null) throw plinthError("PLINTH_ASSET_PATH", [JSON.stringify(path.slice(0, 200)), mistake]);
    seen.add(path);
  }
}

/** The mistake in a path; null if there is none. */
function assetPathMistake(path: string): string | null {
  if (!path.startsWith("/")) return "a path begins with /";
  // U+FFFD stands for bytes that were no UTF-8.
  if (!path.isWellFormed() || path.includes("\ufffd")) return "its name is not UTF-8";
  if (Buffer.byteLength(path) > MOST_PATH_BYTES) return `a path has at most ${MOST_PATH_BYTES} bytes`;
  if (/[\p{Cc}\\]/u.test(path)) return "a path has no control characters and no backslashes";
  if (path.slice(1).split("/").some(isNoStep)) return "a path has no empty steps, and none that is . or ..";
  return null;
}

function isNoStep(step: string): boolean {
  return step === "" || step === "." || step === "..";
}
