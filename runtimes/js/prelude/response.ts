/** `Response` of the Fetch standard. */
import { Body, type BodyInit, type Content, extract } from "./body.ts";
import { Headers, type HeadersInit } from "./headers.ts";
import { tagged, toJson } from "./intrinsics.ts";
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
const made = Symbol();

export class Response extends Body {
  #status: number;
  #statusText: string;
  #type = "default";
  #url = "";
  #redirected = false;

  constructor(body?: BodyInit | null, init: ResponseInit = {}, mark?: unknown, headers?: Headers) {
    if (mark === made) {
      super(body as Content, headers!);
      this.#status = init.status!;
      this.#statusText = init.statusText!;
      return;
    }
    init ??= {};
    const status = init.status === undefined ? 200 : Math.trunc(Number(init.status));
    if (!(status >= 200 && status <= 599))
      throw new RangeError(`Invalid status: ${String(init.status)}: it must be 200 to 599`);
    const statusText = init.statusText === undefined ? "" : `${init.statusText}`;
    const own = new Headers(init.headers);
    const { content, type } = extract(body);
    if (content !== null && nullBody(status)) throw new TypeError(`A response of status ${status} cannot have a body`);
    if (type !== null && !own.has("content-type")) own.append("content-type", type);
    super(content, own);
    this.#status = status;
    this.#statusText = statusText;
  }

  static json(value: unknown, init: ResponseInit = {}): Response {
    const text = toJson(value);
    if (text === undefined) throw new TypeError("The value cannot be written as JSON");
    const headers = new Headers(init.headers);
    if (!headers.has("content-type")) headers.append("content-type", "application/json");
    return new Response(text, { ...init, headers });
  }

  static redirect(url: string | URL, status = 302): Response {
    const target = parseUrl(`${url as string}`);
    if (status !== 301 && status !== 302 && status !== 303 && status !== 307 && status !== 308) {
      throw new RangeError(`Invalid redirect status: ${status}`);
    }
    return new Response(null, { status, headers: { location: target } });
  }

  static error(): Response {
    const response = new Response(null, { status: 0, statusText: "" }, made, new Headers());
    response.#type = "error";
    return response;
  }

  /** @internal */
  static fetched(head: FetchedHead, body: ArrayBuffer): Response {
    const response = new Response(nullBody(head.status) ? null : body, head, made, Headers.fromPairs(head.headers));
    response.#type = "basic";
    response.#url = head.url;
    response.#redirected = head.redirected;
    return response;
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
    return this.#type;
  }
  get url(): string {
    return this.#url;
  }
  get redirected(): boolean {
    return this.#redirected;
  }

  clone(): Response {
    const init = { status: this.#status, statusText: this.#statusText };
    const copy = new Response(Body.copy(this) as BodyInit, init, made, Headers.copy(this.headers));
    copy.#type = this.#type;
    copy.#url = this.#url;
    copy.#redirected = this.#redirected;
    return copy;
  }
}
tagged(Response, "Response");
