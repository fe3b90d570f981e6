/** Converts texts to bytes and back. A guest's strings of C end at U+0000, so a text with one is sent as JSON. */
import { isUtf8 } from "node:buffer";
import { Type } from "#typebox";
import { closed } from "./closed.ts";
import { CONVERT_LIMIT_BYTES, defineNative, type NativeResult, Refusal } from "./native.ts";

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
/** `json`: the body is the JSON of a string, and not its UTF-8. */
export const textArgument = Type.Object({ json: Type.Boolean() }, closed);

export const utf8Encode = defineNative({
  name: "utf8-encode",
  schema: textArgument,
  parts: 1,
  limitBytes: CONVERT_LIMIT_BYTES,
  failure: "EncodingError",
  run: ({ json }, [text]) => ({ body: Buffer.from(textOf(text!, json)) }),
});

export const utf8Decode = defineNative({
  name: "utf8-decode",
  schema: Type.Object({}, closed),
  parts: 1,
  limitBytes: CONVERT_LIMIT_BYTES,
  failure: "EncodingError",
  run: (_, [bytes]) => ({ value: { text: utf8.decode(bytes), illFormed: !isUtf8(bytes!) } }),
});

/** The name of an encoding, by one of the labels of the Encoding standard. */
export const encodingOf = defineNative({
  name: "encoding-of",
  schema: textArgument,
  parts: 1,
  limitBytes: 1024,
  failure: "EncodingError",
  run: ({ json }, [label]) => asText(new TextDecoder(textOf(label!, json)).encoding),
});

/** Decodes text. A byte order mark is kept. */
export const textDecode = defineNative({
  name: "text-decode",
  schema: Type.Object({ encoding: Type.String({ maxLength: 32 }), fatal: Type.Boolean() }, closed),
  parts: 1,
  limitBytes: CONVERT_LIMIT_BYTES,
  failure: "EncodingError",
  run: ({ encoding, fatal }, [bytes]) => asText(new TextDecoder(encoding, { fatal, ignoreBOM: true }).decode(bytes)),
});

/** `btoa` of the HTML standard. */
export const toBase64 = defineNative({
  name: "btoa",
  schema: textArgument,
  parts: 1,
  limitBytes: CONVERT_LIMIT_BYTES,
  failure: "InvalidCharacterError",
  run: ({ json }, [text]) => asText(btoa(textOf(text!, json))),
});

/** `atob` of the HTML standard, with its "forgiving" decoding. */
export const fromBase64 = defineNative({
  name: "atob",
  schema: textArgument,
  parts: 1,
  limitBytes: CONVERT_LIMIT_BYTES,
  failure: "InvalidCharacterError",
  run: ({ json }, [text]) => asText(atob(textOf(text!, json))),
});

const form = Type.Enum(["base64", "base64url", "hex"]);

export const bytesToText = defineNative({
  name: "bytes-to-text",
  schema: Type.Object({ form }, closed),
  parts: 1,
  limitBytes: CONVERT_LIMIT_BYTES,
  failure: "EncodingError",
  run: ({ form: name }, [bytes]) => asText(viewOf(bytes!).toString(name)),
});

const foreign = { base64: /[^A-Za-z0-9+/]/, base64url: /[^A-Za-z0-9_-]/, hex: /[^0-9a-fA-F]/ } as const;

/** Decodes a text of an exact form: hexadecimal, base64 with its padding, or base64url without. */
export const textToBytes = defineNative({
  name: "text-to-bytes",
  schema: Type.Object({ form }, closed),
  parts: 1,
  limitBytes: CONVERT_LIMIT_BYTES,
  failure: "DataError",
  run({ form: name }, [text]) {
    const latin1 = viewOf(text!).toString("latin1");
    const digits = name === "base64" ? latin1.replace(/==?$/, "") : latin1;
    const wrongLength = name === "hex" ? digits.length % 2 !== 0 : digits.length % 4 === 1;
    const wrongPadding = name === "base64" && latin1.length % 4 !== 0;
    if (wrongLength || wrongPadding || foreign[name].test(digits)) {
      throw new Refusal("DataError", `The text is not ${name}`);
    }
    return { body: Buffer.from(latin1, name) };
  },
});

export function textOf(body: Uint8Array, json: boolean): string {
  const text: unknown = json ? JSON.parse(utf8.decode(body)) : utf8.decode(body);
  if (typeof text !== "string") throw new Refusal("EncodingError", "The JSON is no string");
  return text;
}

/** A text without U+0000 is sent as the body, which a guest takes faster. */
export function asText(text: string): NativeResult {
  return text.includes("\0") ? { value: text } : { body: Buffer.from(text) };
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
