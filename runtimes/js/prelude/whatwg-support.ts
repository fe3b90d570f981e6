/**
 * Takes the place of whatwg-url's dependencies (see runtimes/js/bundle-prelude.ts): its helpers for UTF-8,
 * percent-encoding, and tr46, whose tables would make half of the base image. Percent-encoding is for UTF-8 alone: the
 * standard's legacy encodings come from HTML forms.
 */
import { callNativeWithText, textReply } from "./native-calls.ts";
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

/** The native does what UTS 46 asks for. Names of ASCII alone, other than Punycode, need no more than lower case. */
export function toASCII(domain: string): string | null {
  if (/^[\0-\x7f]*$/.test(domain) && !/xn--/i.test(domain)) return domain.toLowerCase();
  try {
    return textReply(callNativeWithText("domain-to-ascii", domain));
  } catch {
    return null;
  }
}
