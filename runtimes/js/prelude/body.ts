/** The common part of Request and Response: a body that is kept whole and can be read once (Fetch, "Body mixin"). */
import { Blob } from "./blob.ts";
import { FormData, formDataOf, multipartOf } from "./form-data.ts";
import { Headers } from "./headers.ts";
import { includes, parseJson, toLowerCase, trim } from "./intrinsics.ts";
import { bodyStream, isStream, readAll, type Stream, takeBody } from "./streams.ts";
import { decodeUtf8, encodeUtf8, toArrayBuffer } from "./text.ts";
import { URLSearchParams } from "./url-search-params.ts";

export type BodyInit = string | ArrayBuffer | ArrayBufferView | Blob | FormData | URLSearchParams | Stream | object;

/** A whole body, or a stream that the tenant fills. */
export type Content = string | ArrayBuffer | Stream | null;

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
      if (init.locked) throw new TypeError("The body's stream is locked");
      return { content: takeBody(init) ?? init, type: null };
    }
  }
  return { content: `${init as string}`, type: plainText };
}

export class Body {
  #content: Content;
  #used = false;
  #stream: Stream | undefined;
  #headers: Headers | string;

  /** @param headers fields as the adapter sends them (`Headers.fromText`), or what the tenant has of them */
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
    return this.#used || (this.#stream ? bodyStream.disturbed(this.#stream) : false);
  }

  get body(): Stream | null {
    const content = this.#content;
    if (content === null) return null;
    if (!this.#stream) this.#stream = isStream(content) ? content : bodyStream.of(toBytes(content));
    return this.#stream;
  }

  /** @internal Gives the content and marks it as used. */
  static take(body: Body): Content {
    if (body.#stream) {
      const content = takeBody(body.#stream);
      if (content === undefined && bodyStream.disturbed(body.#stream))
        throw new TypeError("The body has already been used");
      body.#used = true;
      return content ?? body.#stream;
    }
    if (body.#used) throw new TypeError("The body has already been used");
    if (body.#content !== null) body.#used = true;
    return body.#content;
  }

  /** @internal Gives the content to clone(), and leaves it unused. */
  static copy(body: Body): Content {
    if (body.bodyUsed) throw new TypeError("The body has already been used");
    if (body.#stream) {
      const content = takeBody(body.#stream);
      if (content !== undefined) {
        body.#stream = undefined;
        body.#content = content;
        return content;
      }
    }
    const content = body.#content;
    if (!isStream(content)) return content;
    const [one, two] = content.tee();
    body.#content = one;
    body.#stream = undefined;
    return two;
  }

  async text(): Promise<string> {
    const content = Body.take(this);
    if (typeof content === "string") return content;
    const { text } = decodeUtf8(await bytesOf(content));
    return text[0] === "\uFEFF" ? text.slice(1) : text;
  }

  async json(): Promise<unknown> {
    const content = Body.take(this);
    if (typeof content === "string") return parseJson(content);
    const { text } = decodeUtf8(await bytesOf(content));
    return parseJson(text[0] === "\uFEFF" ? text.slice(1) : text);
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const content = Body.take(this);
    return await bytesOf(content);
  }

  async bytes(): Promise<Uint8Array> {
    return new Uint8Array(await bytesOf(Body.take(this)));
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

function toBytes(content: string | ArrayBuffer): ArrayBuffer {
  return typeof content === "string" ? encodeUtf8(content) : content;
}

/** The bytes of a whole body, or of a stream once the stream has ended. */
export function bytesOf(content: Content): ArrayBuffer | Promise<ArrayBuffer> {
  if (content === null) return new ArrayBuffer(0);
  if (isStream(content)) return readAll(content);
  return toBytes(content);
}
