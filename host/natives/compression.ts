import {
  constants,
  deflateRawSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateRawSync,
  inflateSync,
  type Zlib,
} from "node:zlib";
import { Type } from "#typebox";
import { closed } from "./closed.ts";
import { CONVERT_LIMIT_BYTES, defineNative, Refusal } from "./native.ts";

const MIB = 1 << 20;
const format = Type.Union([Type.Literal("gzip"), Type.Literal("deflate"), Type.Literal("deflate-raw")]);

const compressors = { gzip: gzipSync, deflate: deflateSync, "deflate-raw": deflateRawSync };
/** The most bytes to compress, which takes some 25 ms a MiB. */
const COMPRESS_LIMIT_BYTES = 4 * MIB;

export const compress = defineNative({
  name: "compress",
  schema: Type.Object({ format }, closed),
  parts: 1,
  limitBytes: COMPRESS_LIMIT_BYTES,
  failure: "OperationError",
  run: ({ format: name }, [data]) => ({ body: compressors[name](data!) }),
});

const decompressors = { gzip: gunzipSync, deflate: inflateSync, "deflate-raw": inflateRawSync };

/** All of the data must be compressed bytes, and whole. Data that is cut off or goes on behind its end is refused. */
export const decompress = defineNative({
  name: "decompress",
  schema: Type.Object({ format }, closed),
  parts: 1,
  limitBytes: CONVERT_LIMIT_BYTES,
  failure: "DataError",
  run({ format: name }, [data]) {
    const { buffer, engine } = inflate(name, data!);
    if (engine.bytesWritten !== data!.length)
      throw new Refusal("DataError", "There are bytes after the compressed data");
    return { body: buffer };
  },
});

interface Inflated {
  readonly buffer: Uint8Array;
  readonly engine: Zlib;
}

function inflate(name: keyof typeof decompressors, data: Uint8Array): Inflated {
  const options = { maxOutputLength: CONVERT_LIMIT_BYTES, finishFlush: constants.Z_FINISH, info: true };
  try {
    return decompressors[name](data, options) as unknown as Inflated;
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") {
      throw new Refusal("OperationError", `The data has more than ${CONVERT_LIMIT_BYTES / MIB} MiB, the limit`);
    }
    throw new Refusal("DataError", `The data is not compressed as ${name}, or is cut off`);
  }
}
