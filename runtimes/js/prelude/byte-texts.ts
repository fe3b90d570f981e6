/** `toBase64`, `fromBase64`, `toHex`, `fromHex` of Uint8Array (ECMAScript 2026), by the host's natives. */
import { apply, defineProperty, functionName } from "./intrinsics.ts";
import { callNative, textReply } from "./native-calls.ts";
import { encodeUtf8, toArrayBuffer } from "./text.ts";
import { dictionary } from "./web-idl.ts";

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

interface Base64Options {
  alphabet?: string;
  omitPadding?: boolean;
  lastChunkHandling?: string;
}
interface Progress {
  read: number;
  written: number;
}

function oneOf(value: unknown, usual: string, others: string): string {
  if (value === undefined) return usual;
  if (typeof value === "string" && `${usual} ${others}`.split(" ").includes(value)) return value;
  throw new TypeError(`${String(value)} is neither of: ${usual} ${others}`);
}

function bytesOf(value: unknown): ArrayBuffer {
  if (!(value instanceof Uint8Array)) throw new TypeError("The receiver is no Uint8Array");
  if ((value.buffer as ArrayBuffer).detached) throw new TypeError("The receiver's buffer is detached");
  return toArrayBuffer(value);
}

function textOf(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("The argument is no string");
  return value;
}

/** The bytes of a text, as far as they fit, and the number of characters that were read. */
interface Decoded extends Progress {
  bytes: number[] | Uint8Array;
  error?: SyntaxError;
}

function fromBase64(text: string, options: unknown, most = Number.MAX_SAFE_INTEGER): Decoded {
  const { alphabet, lastChunkHandling } = dictionary<Base64Options>(options, "The second argument");
  const url = oneOf(alphabet, "base64", "base64url") === "base64url";
  const last = oneOf(lastChunkHandling, "loose", "strict stop-before-partial");
  const plain = !url && text.length % 4 === 0 && (text.length / 4) * 3 <= most;
  if (plain && /^[A-Za-z0-9+/]*$/.test(text)) {
    const bytes = new Uint8Array(bytesOfDigits("base64", text));
    return { bytes, read: text.length, written: bytes.length };
  }
  return readBase64(text, url, last, most);
}

function bytesOfDigits(form: string, text: string): ArrayBuffer {
  return callNative("text-to-bytes", { form }, [encodeUtf8(text)]).bytes();
}

/** ECMAScript, "FromBase64". */
function readBase64(text: string, url: boolean, last: string, most: number): Decoded {
  const bytes: number[] = [];
  const chunk: number[] = [];
  let read = 0;
  const end = (message?: string): Decoded => {
    const found: Decoded = { bytes, read, written: bytes.length };
    return message === undefined ? found : { ...found, error: new SyntaxError(`The text is no base64: ${message}`) };
  };
  const flush = (strict: boolean): boolean => {
    const [a = 0, b = 0, c = 0, d = 0] = chunk;
    const { length } = chunk;
    if (strict && ((length === 2 && b & 15) || (length === 3 && c & 3))) return false;
    bytes.push(...[(a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d].slice(0, length - 1));
    chunk.length = 0;
    return true;
  };
  if (most === 0) return end();
  for (let at = 0; at <= text.length; at++) {
    const char = text[at];
    if (char !== undefined && "\t\n\f\r ".includes(char)) continue;
    if (char === undefined) {
      if (chunk.length === 0) read = text.length;
      else if (last !== "stop-before-partial") {
        if (last === "strict" || chunk.length === 1) return end("it ends in the middle");
        flush(false);
        read = text.length;
      }
      return end();
    }
    if (char === "=") {
      if (chunk.length < 2) return end("padding comes too early");
      const rest = text.slice(at + 1).replace(/[\t\n\f\r ]/g, "");
      if (chunk.length === 2 && rest === "" && last === "stop-before-partial") return end();
      if (rest !== (chunk.length === 2 ? "=" : "")) return end("its padding is wrong");
      if (!flush(last === "strict")) return end("its last bits are not zero");
      read = text.length;
      return end();
    }
    const digit = digits.indexOf(url ? ({ "-": "+", _: "/", "+": "*", "/": "*" }[char] ?? char) : char);
    if (digit < 0) return end(`it has ${JSON.stringify(char)}`);
    const left = most - bytes.length;
    if ((left === 1 && chunk.length === 2) || (left === 2 && chunk.length === 3)) return end();
    chunk.push(digit);
    if (chunk.length < 4) continue;
    flush(false);
    read = at + 1;
    if (bytes.length === most) return end();
  }
  return end();
}

function fromHex(text: string, most = Number.MAX_SAFE_INTEGER): Decoded {
  if (text.length % 2) throw new SyntaxError("The text has an odd number of hexadecimal digits");
  const whole = text.slice(0, most * 2);
  const good = /^(?:[0-9a-f]{2})*/i.exec(whole)![0];
  const bytes = new Uint8Array(bytesOfDigits("hex", good));
  const found: Decoded = { bytes, read: good.length, written: bytes.length };
  if (good !== whole) found.error = new SyntaxError("The text is not hexadecimal");
  return found;
}

function whole({ bytes, error }: Decoded): Uint8Array {
  if (error) throw error;
  return new Uint8Array(bytes);
}

function into(target: Uint8Array, { bytes, read, written, error }: Decoded): Progress {
  apply(Uint8Array.prototype.set as (values: ArrayLike<number>) => void, target, [bytes]);
  if (error) throw error;
  return { read, written };
}

const methods = {
  toBase64(this: unknown, options?: Base64Options): string {
    const { alphabet, omitPadding } = dictionary<Base64Options>(options, "The first argument");
    const form = oneOf(alphabet, "base64", "base64url");
    const text = textReply(callNative("bytes-to-text", { form: "base64" }, [bytesOf(this)]));
    const plain = omitPadding ? text.replace(/=+$/, "") : text;
    return form === "base64" ? plain : plain.replaceAll("+", "-").replaceAll("/", "_");
  },
  toHex(this: unknown): string {
    return textReply(callNative("bytes-to-text", { form: "hex" }, [bytesOf(this)]));
  },
  setFromBase64(this: Uint8Array, text: string, options?: Base64Options): Progress {
    bytesOf(this);
    return into(this, fromBase64(textOf(text), options, this.length));
  },
  setFromHex(this: Uint8Array, text: string): Progress {
    bytesOf(this);
    return into(this, fromHex(textOf(text), this.length));
  },
};
const statics = {
  fromBase64: (text: string, options?: Base64Options): Uint8Array => whole(fromBase64(textOf(text), options)),
  fromHex: (text: string): Uint8Array => whole(fromHex(textOf(text))),
};

for (const [holder, functions] of [
  [Uint8Array.prototype, methods],
  [Uint8Array, statics],
] as const) {
  for (const [name, value] of Object.entries(functions)) {
    functionName(value, name);
    defineProperty(value, "length", { value: name.startsWith("to") ? 0 : 1, configurable: true });
    defineProperty(holder, name, { value, writable: true, configurable: true });
  }
}
