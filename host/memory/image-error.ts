export type ImageErrorCode =
  /** The bytes are no delta of this format, or they were cut or altered. */
  | "malformed-delta"
  /** The memory cannot grow to the length that the image needs. */
  | "memory-limit"
  /** A length, a descriptor or a memory does not fit its use. */
  | "invalid-argument"
  /** A guest has written where it has no memory. Machine code can, if the memory has grown for another guest. */
  | "written-beyond"
  /** The operating system refused a call or does not have it. */
  | "platform"
  /** The object was used after it was disposed. */
  | "disposed";

/** Every error that this folder throws on purpose, apart from broken invariants. */
export class ImageError extends Error {
  readonly code: ImageErrorCode;
  /** Byte offset in the delta where reading stopped, for `malformed-delta`. */
  readonly offset: number | undefined;

  constructor(code: ImageErrorCode, message: string, options: { offset?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "ImageError";
    this.code = code;
    this.offset = options.offset;
  }
}
