/**
 * `TextEncoder` and `TextDecoder` of the Encoding standard, `atob` and `btoa`. Encodings other than UTF-8 are the
 * host's work.
 */
import { includes, sliceText, tagged, toLowerCase, trim } from "./intrinsics.ts";
import { callNative, callNativeWithText, textReply } from "./native-calls.ts";
import { decodeUtf8, encodeUtf8, toArrayBuffer } from "./text.ts";

export class TextEncoder {
  get encoding(): string {
    return "utf-8";
  }
  encode(text = ""): Uint8Array {
    return new Uint8Array(encodeUtf8(`${text}`));
  }
  encodeInto(text: string, target: Uint8Array): { read: number; written: number } {
    // No character takes less than a byte, and half of a surrogate pair at the end would take more than is left.
    const whole = sliceText(`${text}`, 0, target.length);
    const bytes = new Uint8Array(encodeUtf8(whole));
    let written = target.length;
    if (bytes.length <= written) written = bytes.length;
    else while ((bytes[written]! & 0xc0) === 0x80) written--;
    const fitting = bytes.slice(0, written);
    target.set(fitting);
    return { read: written === bytes.length ? whole.length : decodeUtf8(fitting.buffer).text.length, written };
  }
}
tagged(TextEncoder, "TextEncoder");

/** Encodings in which the bytes at the end of a chunk may be a part of a character. */
const multiByte = "gbk gb18030 big5 euc-jp iso-2022-jp shift_jis euc-kr";

/** The name of an encoding by one of its labels. @throws RangeError */
function encodingOf(label: string): string {
  const plain = toLowerCase(trim(label));
  if (plain === "utf-8" || plain === "utf8") return "utf-8";
  try {
    return textReply(callNativeWithText("encoding-of", label));
  } catch {
    throw new RangeError(`The encoding ${label} is not supported`);
  }
}

export class TextDecoder {
  #encoding: string;
  #fatal: boolean;
  #ignoreBom: boolean;
  /** The first bytes of a sequence that the last streamed chunk cut in two. */
  #rest = new Uint8Array(0);
  #started = false;

  constructor(label = "utf-8", options: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
    this.#encoding = encodingOf(`${label}`);
    this.#fatal = Boolean(options.fatal);
    this.#ignoreBom = Boolean(options.ignoreBOM);
  }

  get encoding(): string {
    return this.#encoding;
  }
  get fatal(): boolean {
    return this.#fatal;
  }
  get ignoreBOM(): boolean {
    return this.#ignoreBom;
  }

  decode(input?: ArrayBuffer | ArrayBufferView, options: { stream?: boolean } = {}): string {
    const stream = Boolean(options.stream);
    let bytes = input === undefined ? new ArrayBuffer(0) : toArrayBuffer(input);
    if (this.#rest.length) {
      const joined = new Uint8Array(this.#rest.length + bytes.byteLength);
      joined.set(this.#rest);
      joined.set(new Uint8Array(bytes), this.#rest.length);
      bytes = joined.buffer;
      this.#rest = new Uint8Array(0);
    }
    if (stream) {
      const keep = unfinished(this.#encoding, new Uint8Array(bytes));
      if (keep) {
        this.#rest = new Uint8Array(bytes.slice(bytes.byteLength - keep));
        bytes = bytes.slice(0, bytes.byteLength - keep);
      }
    }
    const first = !this.#started;
    this.#started = stream && (this.#started || bytes.byteLength > 0);
    let text: string;
    if (this.#encoding === "utf-8") {
      const decoded = decodeUtf8(bytes);
      if (this.#fatal && decoded.illFormed) throw new TypeError("The encoded data was not valid UTF-8");
      text = decoded.text;
    } else text = this.#decodeOther(bytes);
    return first && !this.#ignoreBom && text[0] === "\uFEFF" ? text.slice(1) : text;
  }

  #decodeOther(bytes: ArrayBuffer): string {
    try {
      return textReply(callNative("text-decode", { encoding: this.#encoding, fatal: this.#fatal }, [bytes]));
    } catch (error) {
      if ((error as Error).name !== "EncodingError") throw error;
      throw new TypeError(`The encoded data was not valid ${this.#encoding}`);
    }
  }
}
tagged(TextDecoder, "TextDecoder");

/** The number of bytes at the end that may be the beginning of a character. */
function unfinished(encoding: string, bytes: Uint8Array): number {
  const { length } = bytes;
  if (includes(multiByte, encoding)) return length;
  if (encoding === "utf-16le" || encoding === "utf-16be") {
    const odd = length % 2;
    const high = length - odd >= 2 ? bytes[length - odd - (encoding === "utf-16le" ? 1 : 2)]! : 0;
    return high >= 0xd8 && high < 0xdc ? odd + 2 : odd;
  }
  if (encoding !== "utf-8") return 0;
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = bytes[length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const need = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1;
    return need > back ? back : 0;
  }
  return 0;
}

export function btoa(input: string): string {
  return textReply(callNativeWithText("btoa", `${input}`));
}

export function atob(input: string): string {
  return textReply(callNativeWithText("atob", `${input}`));
}
