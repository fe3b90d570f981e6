/** The common part of Request and Response: a body that is can be read once (Fetch, "Body mixin"). */
import { Blob } from "./blob.ts";
import { FormData, formDataOf, multipartOf } from "./form-data.ts";
import { Headers } from "./headers.ts";
import { includes, sliceText, toLowerCase, toWellFormed, trim } from "./intrinsics.ts";
import { parse } from "./json.ts";
import { SharedBytes } from "./shared-bytes.ts";
import {
  copiesOf,
  exhaust,
  isDisturbed,
  isStream,
  isUnusable,
  joined,
  readAll,
  type Stream,
  streamOf,
  takeWhole,
  type Whole,
} from "./streams.ts";
import { decodeUtf8, encodeUtf8, toArrayBuffer } from "./text.ts";
import { URLSearchParams } from "./url-search-params.ts";

export type BodyInit = string | ArrayBuffer | ArrayBufferView | Blob | FormData | URLSearchParams | Stream | object;

/** A whole body, or a stream. */
export type Content = string | Whole | Stream | null;

export const plainText = "text/plain;charset=UTF-8";

/** Extracts a body and its content type (Fetch, "extract a body"). */
export function extract(init: unknown): { content: Content; type: string | null } {
  if (typeof init === "string") return { content: init, type: plainText };
  if (init === null || init === undefined) return { content: null, type: null };
  if (typeof init === "object") {
    if (init instanceof ArrayBuffer) return { content: init.slice(0), type: null };
    if (ArrayBuffer.isView(init)) {
      const bytes = toArrayBuffer(init);
      return { content: bytes === init.buffer ? bytes.slice(0) : bytes, type: null };
    }
    if (URLSearchParams.is(init)) {
      return { content: init.toString(), type: "application/x-www-form-urlencoded;charset=UTF-8" };
    }
    if (init instanceof Blob) return { content: Blob.bytes(init), type: init.type ? trim(init.type) : null };
    if (init instanceof FormData) return multipartOf(init);
    if (isStream(init)) {
      if (isUnusable(init)) throw new TypeError("The body's stream is locked, or has been read or cancelled");
      return { content: init, type: null };
    }
  }
  return { content: `${init as string}`, type: plainText };
}

export class Body {
  /** The content of the body, until `body` makes a stream of it. */
  #content: Content;
  /** Whether the body was read while no stream was made of it. */
  #used = false;
  #headers: Headers | string;

  /** @param headers fields as the adapter sends them (`Headers.fromText`), or the program's own Headers */
  constructor(content: Content, headers: Headers | string) {
    this.#content = content;
    this.#headers = headers;
  }

  get headers(): Headers {
    if (typeof this.#headers === "string") this.#headers = Headers.fromText(this.#headers);
    return this.#headers;
  }

  /** @internal The fields as the adapter takes them. */
  static headersText(body: Body): string {
    const headers = body.#headers;
    return typeof headers === "string" ? headers : Headers.toText(headers);
  }

  /** @internal */
  static copyHeaders(body: Body): Headers | string {
    const headers = body.#headers;
    return typeof headers === "string" ? headers : Headers.copy(headers);
  }

  get bodyUsed(): boolean {
    return this.#used || (isStream(this.#content) && isDisturbed(this.#content));
  }

  get body(): Stream | null {
    const content = this.#content;
    if (content === null || isStream(content)) return content;
    const stream = streamOf(this.#used ? new ArrayBuffer(0) : toWhole(content));
    if (this.#used) exhaust(stream);
    this.#content = stream;
    return stream;
  }

  #refuseUnusable(): void {
    if (this.#used || (isStream(this.#content) && isUnusable(this.#content)))
      throw new TypeError("The body has already been used: it is being read, or has been read or cancelled");
  }

  /** @internal Gives the content and marks it as used. */
  static take(body: Body): Content {
    body.#refuseUnusable();
    const content = body.#content;
    if (isStream(content)) return takeWhole(content) ?? content;
    if (content !== null) {
      body.#used = true;
      body.#content = "";
    }
    return content;
  }

  /** @internal Gives the content to clone(), and leaves it unused. */
  static copy(body: Body): Content {
    body.#refuseUnusable();
    let content = body.#content;
    if (isStream(content)) {
      const bytes = takeWhole(content);
      if (bytes === undefined) {
        const [one, two] = content.tee();
        body.#content = one;
        return copiesOf(two);
      }
      content = bytes;
    }
    if (content instanceof ArrayBuffer) content = new SharedBytes(content);
    body.#content = content;
    return content;
  }

  async text(): Promise<string> {
    const content = Body.take(this);
    return withoutMark(typeof content === "string" ? toWellFormed(content) : decodeUtf8(await bytesOf(content)).text);
  }

  async json(): Promise<unknown> {
    const content = Body.take(this);
    return parse(withoutMark(typeof content === "string" ? content : decodeUtf8(await bytesOf(content)).text));
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return await ownBytes(Body.take(this));
  }

  async bytes(): Promise<Uint8Array> {
    return new Uint8Array(await ownBytes(Body.take(this)));
  }

  async blob(): Promise<Blob> {
    return new Blob([await bytesOf(Body.take(this))], { type: this.headers.get("content-type") ?? "" });
  }

  async formData(): Promise<FormData> {
    const type = this.headers.get("content-type") ?? "";
    const content = Body.take(this);
    const lower = toLowerCase(type);
    if (!includes(lower, "multipart/form-data") && !includes(lower, "application/x-www-form-urlencoded")) {
      throw new TypeError(`The body's content type is no form's: ${type || "none"}`);
    }
    return formDataOf(await bytesOf(content), type);
  }
}

function withoutMark(text: string): string {
  return text[0] === "\uFEFF" ? sliceText(text, 1) : text;
}

function toWhole(content: string | Whole): Whole {
  return typeof content === "string" ? encodeUtf8(content) : content;
}

/** The bytes of a whole body, or of a stream once the stream has ended. They are to be read only. */
export function bytesOf(content: Content): ArrayBuffer | Promise<ArrayBuffer> {
  if (content === null) return new ArrayBuffer(0);
  if (isStream(content)) return readOnly(content);
  const whole = toWhole(content);
  return whole instanceof SharedBytes ? whole.buffer : whole;
}

async function readOnly(stream: Stream): Promise<ArrayBuffer> {
  const chunks = await readAll(stream);
  return chunks.length === 1 ? toArrayBuffer(chunks[0]!) : joined(chunks);
}

/** The bytes of a body, for a program that may write to them. */
async function ownBytes(content: Content): Promise<ArrayBuffer> {
  if (isStream(content)) return joined(await readAll(content));
  const bytes = await bytesOf(content);
  return content instanceof SharedBytes ? bytes.slice(0) : bytes;
}
