/** `Request` of the Fetch standard. Properties that only a browser needs have fixed values. */
import { AbortController, type AbortSignal } from "./abort.ts";
import { Body, type BodyInit, type Content, extract } from "./body.ts";
import { Headers, type HeadersInit } from "./headers.ts";
import { apply, tagged, toUpperCase } from "./intrinsics.ts";
import { parseUrl, type URL } from "./url.ts";

export interface RequestInit {
  method?: string;
  headers?: HeadersInit;
  body?: BodyInit | null;
  signal?: AbortSignal | null;
  redirect?: string;
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const { test } = RegExp.prototype;
const normalized = /^(?:delete|get|head|options|post|put)$/i;

/** Marks the constructor call for a request that came from the host. Its parts are taken as they are. */
const incoming = Symbol();

export class Request extends Body {
  #method: string;
  #url: string;
  #signal: AbortSignal | undefined;
  #redirect: string;

  constructor(
    input: string | URL | Request,
    init: RequestInit = {},
    mark?: unknown,
    headers?: Headers,
    content?: Content,
  ) {
    if (mark === incoming) {
      super(content!, headers!);
      this.#method = init.method!;
      this.#url = input as string;
      this.#redirect = "follow";
      return;
    }
    const from = typeof input === "object" && input !== null && #url in input ? (input as Request) : undefined;
    const method = init.method === undefined ? (from ? from.method : "GET") : methodOf(init.method);
    const url = from ? from.url : parseUrl(`${input as string}`);
    const own = new Headers(init.headers ?? (from ? from.headers : undefined));
    let body: Content = null;
    if (init.body !== undefined && init.body !== null) {
      if (method === "GET" || method === "HEAD") throw new TypeError(`A ${method} request cannot have a body`);
      const extracted = extract(init.body);
      body = extracted.content;
      if (extracted.type !== null && !own.has("content-type")) own.append("content-type", extracted.type);
    } else if (from && init.body === undefined) body = Body.take(from);
    super(body, own);
    this.#method = method;
    this.#url = url;
    this.#redirect = init.redirect ?? (from ? from.redirect : "follow");
    const signal = init.signal ?? (from ? from.#signal : undefined);
    if (signal) this.#signal = signal;
  }

  /** @internal */
  static incoming(method: string, uri: string, headers: string, body: ArrayBuffer | undefined): Request {
    return new Request(uri, { method }, incoming, Headers.fromText(headers), body ?? null);
  }

  get method(): string {
    return this.#method;
  }
  get url(): string {
    return this.#url;
  }
  get signal(): AbortSignal {
    this.#signal ??= new AbortController().signal;
    return this.#signal;
  }
  get redirect(): string {
    return this.#redirect;
  }
  get cache(): string {
    return "default";
  }
  get credentials(): string {
    return "same-origin";
  }
  get destination(): string {
    return "";
  }
  get integrity(): string {
    return "";
  }
  get keepalive(): boolean {
    return false;
  }
  get mode(): string {
    return "cors";
  }
  get referrer(): string {
    return "about:client";
  }
  get referrerPolicy(): string {
    return "";
  }

  clone(): Request {
    const copy = new Request(
      this.#url,
      { method: this.#method },
      incoming,
      Headers.copy(this.headers),
      Body.copy(this),
    );
    if (this.#signal) copy.#signal = this.#signal;
    copy.#redirect = this.#redirect;
    return copy;
  }
}
tagged(Request, "Request");

function methodOf(method: string): string {
  const text = `${method}`;
  if (!apply(test, token, [text])) throw new TypeError(`Invalid method: ${text}`);
  return apply(test, normalized, [text]) ? toUpperCase(text) : text;
}
