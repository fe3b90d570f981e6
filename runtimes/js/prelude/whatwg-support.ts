/**
 * Stands in for what whatwg-url takes from elsewhere (see runtimes/js/bundle-prelude.ts): its UTF-8 helpers, percent-encoding for
 * UTF-8 alone (the standard's legacy encodings come from HTML forms), and tr46, whose tables would make half of the base image.
 */
import { toASCII as punycodeToAscii } from "punycode";
import { decodeUtf8, encodeUtf8, toArrayBuffer } from "./text.ts";

export const utf8Encode = (text: string): Uint8Array => new Uint8Array(encodeUtf8(text));
export const utf8DecodeWithoutBOM = (bytes: Uint8Array): string => decodeUtf8(toArrayBuffer(bytes)).text;

/** @param also characters to escape besides controls, DEL and what is not ASCII */
export function percentEncodeAfterEncoding(_encoding: string, text: string, also: string): string {
  const bytes = utf8Encode(text);
  let encoded = "";
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    const char = String.fromCharCode(byte);
    const escapes = byte < 0x20 || byte > 0x7e || also.includes(char);
    encoded += escapes ? `%${byte < 16 ? "0" : ""}${byte.toString(16).toUpperCase()}` : char;
  }
  return encoded;
}

/**
 * Internationalized host names: lower case, normalization form KC and Punycode: what UTS 46 comes to for names of letters and
 * digits. Without its tables, not every character that it forbids is refused.
 */
export function toASCII(domain: string): string | null {
  try {
    return punycodeToAscii(
      domain
        .normalize("NFKC")
        .toLowerCase()
        .normalize("NFC")
        .replace(/[\u3002\uFF0E\uFF61]/g, "."),
    );
  } catch {
    return null;
  }
}
