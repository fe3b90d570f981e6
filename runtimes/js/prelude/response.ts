/** `Response` of the Fetch standard. */
import { Body, type BodyInit, type Content, extract, plainText } from "./body.ts";
import { Headers, type HeadersInit } from "./headers.ts";
import { pattern, tagged, toJson } from "./intrinsics.ts";
import { parseUrl, type URL } from "./url.ts";

export interface ResponseInit {
  status?: number;
  statusText?: string;
  headers?: HeadersInit;
}

/** The head of a fetched response, as the host gives it. */
export interface FetchedHead {
  status: number;
  statusText: string;
  headers: [name: string, value: string][];
  url: string;
  redirected: boolean;
}

const nullBody = (status: number): boolean => status === 101 || status === 204 || status === 205 || status === 304;
const reasonPhrase = pattern(/^[\t -~\x80-\xff]*$/);
const made = Symbol();
/** Marks the constructor call of `Response.json`. */
const asJson = Symbol();
const noInit: ResponseInit = { __proto__: null } as ResponseInit;
const noFields = "";
const typeField = (type: string): string => `content-type\n${type}\n`;
const plainTextField = typeField(plainText);
const jsonType = "application/json";
const jsonField = typeField(jsonType);

/** The properties that only a fetched response or `Response.error()` has. */
interface Source {
  type: string;
  url: string;
  redirected: boolean;
}

export class Response extends Body {
  #status: number;
  #statusText: string;
  #source: Source | undefined;

  constructor(body?: BodyInit | null, init: ResponseInit = noInit, mark?: unknown, headers?: Headers | string) {
    if (mark === made) {
      super(body as Content, headers!);
      this.#status = init.status!;
      this.#statusText = init.statusText!;
      return;
    }
    if (init === noInit && typeof body === "string") {
      super(body, mark === asJson ? jsonField : plainTextField);
      this.#status = 200;
      this.#statusText = "";
      return;
    }
    init ??= noInit;
    if (typeof init !== "object" && typeof init !== "function")
      throw new TypeError("The second argument is not an object");
    const status = init.status === undefined ? 200 : Math.trunc(Number(init.status));
    if (!(status >= 200 && status <= 599))
      throw new RangeError(`Invalid status: ${String(init.status)}: it must be 200 to 599`);
    const statusText = init.statusText === undefined ? "" : `${init.statusText}`;
    if (!reasonPhrase.test(statusText)) throw new TypeError(`Invalid statusText: ${toJson(statusText)}`);
    const own = init.headers === undefined ? undefined : new Headers(init.headers);
    const extracted = extract(body);
    const { content } = extracted;
    const type = mark === asJson ? jsonType : extracted.type;
    if (content !== null && nullBody(status)) throw new TypeError(`A response of status ${status} cannot have a body`);
    if (own && type !== null) Headers.complete(own, "content-type", type);
    super(content, own ?? (type === null ? noFields : typeField(type)));
    this.#status = status;
    this.#statusText = statusText;
  }

  static json(value: unknown, init: ResponseInit = noInit): Response {
    const text = toJson(value);
    if (text === undefined) throw new TypeError("The value cannot be written as JSON");
    return new Response(text, init, asJson);
  }

  static redirect(url: string | URL, status = 302): Response {
    const target = parseUrl(`${url as string}`);
    if (status !== 301 && status !== 302 && status !== 303 && status !== 307 && status !== 308) {
      throw new RangeError(`Invalid redirect status: ${status}`);
    }
    const response = new Response(null, { status, headers: { location: target } });
    Headers.freeze(response.headers);
    return response;
  }

  static error(): Response {
    const response = new Response(null, { status: 0, statusText: "" }, made, noFields);
    response.#source = { type: "error", url: "", redirected: false };
    Headers.freeze(response.headers);
    return response;
  }

  /** @internal */
  static fetched(head: FetchedHead, body: ArrayBuffer): Response {
    const headers = Headers.freeze(Headers.fromPairs(head.headers));
    const response = new Response(nullBody(head.status) ? null : body, head, made, headers);
    response.#source = { type: "basic", url: head.url, redirected: head.redirected };
    return response;
  }

  /** A response from a cache, whose headers can be changed. @internal */
  static cached(head: Pick<FetchedHead, "status" | "statusText" | "headers">, body: ArrayBuffer): Response {
    return new Response(nullBody(head.status) ? null : body, head, made, Headers.fromPairs(head.headers));
  }

  /** @internal */
  static is(value: unknown): value is Response {
    return typeof value === "object" && value !== null && #status in value;
  }

  get status(): number {
    return this.#status;
  }
  get statusText(): string {
    return this.#statusText;
  }
  get ok(): boolean {
    return this.#status >= 200 && this.#status <= 299;
  }
  get type(): string {
    return this.#source ? this.#source.type : "default";
  }
  get url(): string {
    return this.#source ? this.#source.url : "";
  }
  get redirected(): boolean {
    return this.#source ? this.#source.redirected : false;
  }

  clone(): Response {
    const init = { status: this.#status, statusText: this.#statusText };
    const copy = new Response(Body.copy(this) as BodyInit, init, made, Body.copyHeaders(this));
    copy.#source = this.#source;
    return copy;
  }
}
tagged(Response, "Response");
