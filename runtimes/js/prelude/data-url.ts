/** The contents of `data:` URLs (Fetch, "data: URL processor"). */
import { atob } from "./encoding.ts";
import { toArrayBuffer } from "./text.ts";

const defaultType = "text/plain;charset=US-ASCII";
/** A media type and its parameters, as far as the standard's parser keeps them apart. */
const mediaType = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+\/[!#$%&'*+\-.^_`|~0-9A-Za-z]+\s*(?:;.*)?$/;

/** @param url in normal form. @throws TypeError if it has no contents */
export function readDataUrl(url: string): { type: string; body: ArrayBuffer } {
  const end = url.indexOf("#");
  const whole = url.slice("data:".length, end < 0 ? undefined : end);
  const comma = whole.indexOf(",");
  if (comma < 0) throw new TypeError("The data: URL has no comma");
  let type = whole.slice(0, comma).trim();
  let bytes = percentDecoded(whole.slice(comma + 1));
  if (/; *base64$/i.test(type)) {
    type = type.replace(/; *base64$/i, "");
    let text = "";
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    try {
      bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    } catch (cause) {
      throw new TypeError("The data: URL is not base64", { cause });
    }
  }
  if (type.startsWith(";")) type = `text/plain${type}`;
  return { type: mediaType.test(type) ? type : defaultType, body: toArrayBuffer(bytes) };
}

function percentDecoded(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  let size = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text[i] === "%" ? /^[0-9A-Fa-f]{2}/.exec(text.slice(i + 1, i + 3))?.[0] : undefined;
    bytes[size++] = code === undefined ? text.charCodeAt(i) : Number.parseInt(code, 16);
    if (code !== undefined) i += 2;
  }
  return bytes.subarray(0, size);
}
