/** `node:buffer`: unenv's module, with the encoding "base64url", which unenv's does not know. */
export * from "unenv/node/buffer";

import buffer, { Buffer as NodeBuffer } from "unenv/node/buffer";

export const Buffer = NodeBuffer as typeof import("node:buffer").Buffer;

type Encoded = (this: unknown, ...given: unknown[]) => unknown;

function knowBase64url(): void {
  const scope = Buffer as unknown as Record<"byteLength" | "from" | "isEncoding", Encoded>;
  const prototype = Buffer.prototype as unknown as Record<"toString" | "write", Encoded>;
  const { byteLength, from, isEncoding } = scope;
  const { toString: textOf, write } = prototype;
  const isUrl = (encoding: unknown) => typeof encoding === "string" && encoding.toLowerCase() === "base64url";
  // The decoder of base64 takes the letters of either alphabet, and needs no padding.
  const plain = (given: unknown[]) => given.map((value, at) => (at > 0 && isUrl(value) ? "base64" : value));
  scope.from = (...given) => from.apply(Buffer, plain(given));
  scope.byteLength = (...given) => byteLength.apply(Buffer, plain(given));
  scope.isEncoding = (encoding) => isUrl(encoding) || isEncoding.call(Buffer, encoding);
  prototype.write = function (...given) {
    return write.apply(this, plain(given));
  };
  prototype.toString = function (...given) {
    if (!isUrl(given[0])) return textOf.apply(this, given);
    const text = textOf.call(this, "base64", ...given.slice(1)) as string;
    return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  };
}
knowBase64url();

export default buffer;
