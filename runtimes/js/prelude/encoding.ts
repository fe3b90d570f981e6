/** `TextEncoder` and `TextDecoder` of the Encoding standard (UTF-8, UTF-16LE and BE, windows-1252), `atob` and `btoa`. */
import { tagged, toLowerCase, trim } from "./intrinsics.ts";
import { callNativeWithText, textReply } from "./native-calls.ts";
import { decodeUtf8, encodeUtf8, toArrayBuffer } from "./text.ts";

export class TextEncoder {
  get encoding(): string {
    return "utf-8";
  }
  encode(text = ""): Uint8Array {
    return new Uint8Array(encodeUtf8(`${text}`));
  }
  encodeInto(text: string, target: Uint8Array): { read: number; written: number } {
    let read = 0;
    let written = 0;
    for (const char of `${text}`) {
      const bytes = new Uint8Array(encodeUtf8(char));
      if (written + bytes.length > target.length) break;
      target.set(bytes, written);
      written += bytes.length;
      read += char.length;
    }
    return { read, written };
  }
}
tagged(TextEncoder, "TextEncoder");

const labels: Record<string, string> = {
  "utf-8": "utf-8",
  utf8: "utf-8",
  "unicode-1-1-utf-8": "utf-8",
  unicode11utf8: "utf-8",
  unicode20utf8: "utf-8",
  "x-unicode20utf8": "utf-8",
  "utf-16": "utf-16le",
  "utf-16le": "utf-16le",
  "ucs-2": "utf-16le",
  unicode: "utf-16le",
  "utf-16be": "utf-16be",
  ascii: "windows-1252",
  "us-ascii": "windows-1252",
  latin1: "windows-1252",
  "iso-8859-1": "windows-1252",
  "iso8859-1": "windows-1252",
  iso88591: "windows-1252",
  l1: "windows-1252",
  cp1252: "windows-1252",
  "windows-1252": "windows-1252",
  "x-cp1252": "windows-1252",
};
/** windows-1252 differs from ISO 8859-1 at 0x80 to 0x9F. */
const windows1252 = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

export class TextDecoder {
  #encoding: string;
  #fatal: boolean;
  #ignoreBom: boolean;
  /** The first bytes of a sequence that the last streamed chunk cut in two. */
  #rest = new Uint8Array(0);
  #started = false;

  constructor(label = "utf-8", options: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
    const encoding = labels[toLowerCase(trim(`${label}`))];
    if (!encoding) throw new RangeError(`The encoding ${label} is not supported`);
    this.#encoding = encoding;
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
    } else if (this.#encoding === "windows-1252") text = decode1252(new Uint8Array(bytes));
    else text = this.#decode16(bytes);
    return first && !this.#ignoreBom && text[0] === "\uFEFF" ? text.slice(1) : text;
  }

  #decode16(bytes: ArrayBuffer): string {
    const view = new DataView(bytes);
    const little = this.#encoding === "utf-16le";
    let text = "";
    for (let at = 0; at + 1 < bytes.byteLength; at += 2) text += String.fromCharCode(view.getUint16(at, little));
    if (bytes.byteLength % 2) text += "\uFFFD";
    const wellFormed = text.toWellFormed();
    if (this.#fatal && (bytes.byteLength % 2 || wellFormed !== text))
      throw new TypeError("The encoded data was not valid UTF-16");
    return wellFormed;
  }
}
tagged(TextDecoder, "TextDecoder");

function decode1252(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    text += byte >= 0x80 && byte < 0xa0 ? windows1252[byte - 0x80]! : String.fromCharCode(byte);
  }
  return text;
}

/** The number of bytes at the end that may be the beginning of a character. */
function unfinished(encoding: string, bytes: Uint8Array): number {
  const { length } = bytes;
  if (encoding === "windows-1252") return 0;
  if (encoding !== "utf-8") {
    const odd = length % 2;
    const high = length - odd >= 2 ? bytes[length - odd - (encoding === "utf-16le" ? 1 : 2)]! : 0;
    return high >= 0xd8 && high < 0xdc ? odd + 2 : odd;
  }
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
