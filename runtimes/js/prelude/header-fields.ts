/** Names and values of header fields: their validity and their normal form (Fetch, "Headers class"). */
import { pattern, toLowerCase, trim } from "./intrinsics.ts";

const token = pattern(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/);
/** Values that need no cutting and no closer look. */
const plainValue = pattern(/^[!-~](?:[ -~]*[!-~])?$/);
const badValue = pattern(/[\0\r\n]|[^\0-\xff]/);

/** Names that many programs use, in both usual spellings. They need no pattern and no conversion. */
const usualNames: Record<string, string> = { __proto__: null } as never;
for (const name of [
  "Accept",
  "Accept-Encoding",
  "Accept-Language",
  "Access-Control-Allow-Origin",
  "Authorization",
  "Cache-Control",
  "Content-Type",
  "Cookie",
  "ETag",
  "Host",
  "If-None-Match",
  "Location",
  "Origin",
  "Referer",
  "Set-Cookie",
  "User-Agent",
  "Vary",
]) {
  const normal = toLowerCase(name);
  usualNames[name] = normal;
  usualNames[normal] = normal;
}

/** @throws TypeError if the name is invalid */
export function nameOf(name: unknown): string {
  const text = `${name as string}`;
  const usual = usualNames[text];
  if (usual !== undefined) return usual;
  if (!token.test(text)) throw new TypeError(`Invalid header name: ${JSON.stringify(text)}`);
  return toLowerCase(text);
}

/** @throws TypeError if the value is invalid */
export function valueText(value: unknown): string {
  const given = `${value as string}`;
  if (plainValue.test(given)) return given;
  const text = trim(given);
  if (badValue.test(text)) throw new TypeError(`Invalid header value: ${JSON.stringify(text)}`);
  return text;
}
