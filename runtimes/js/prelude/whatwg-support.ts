/**
 * Takes the place of whatwg-url's dependencies (see runtimes/js/bundle-prelude.ts): its helpers for UTF-8,
 * percent-encoding, and tr46, whose tables would make half of the base image. Percent-encoding is for UTF-8 alone: the
 * standard's legacy encodings come from HTML forms.
 */
import { toASCII as punycodeToAscii } from "punycode";
import { decodeUtf8, encodeUtf8, toArrayBuffer } from "./text.ts";

export const utf8Encode = (text: string): Uint8Array => new Uint8Array(encodeUtf8(text));
export const utf8DecodeWithoutBOM = (bytes: Uint8Array): string => decodeUtf8(toArrayBuffer(bytes)).text;

/** @param also characters to escape, besides controls, DEL and characters beyond ASCII */
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
 * Converts an internationalized host name to lower case, normalization form KC and Punycode. For names of letters and
 * digits UTS 46 has the same result. Without the tables of UTS 46, some characters that it forbids are not refused.
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
