/** `Request` of the Fetch standard. Properties that only a browser needs have fixed values. */
import { AbortController, type AbortSignal } from "./abort.ts";
import { Body, type BodyInit, type Content, extract } from "./body.ts";
import { Headers, type HeadersInit } from "./headers.ts";
import { pattern, tagged, toUpperCase } from "./intrinsics.ts";
import { parseUrl, type URL } from "./url.ts";

export interface RequestInit {
  method?: string;
  headers?: HeadersInit;
  body?: BodyInit | null;
  signal?: AbortSignal | null;
  redirect?: string;
}

const token = pattern(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/);
const normalized = pattern(/^(?:delete|get|head|options|post|put)$/i);
const noInit: RequestInit = { __proto__: null } as RequestInit;

/** Marks the constructor call for a request that came from the host. Its parts are taken as they are. */
const incoming = Symbol();

export class Request extends Body {
  #method: string;
  #url: string;
  #signal: AbortSignal | undefined;
  #redirect: string;

  constructor(
    input: string | URL | Request,
    init: RequestInit = noInit,
    mark?: unknown,
    incomingMethod?: string,
    headers?: Headers | string,
    content?: Content,
  ) {
    if (mark === incoming) {
      super(content!, headers!);
      this.#method = incomingMethod!;
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
      if (extracted.type !== null) Headers.complete(own, "content-type", extracted.type);
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
    return new Request(uri, noInit, incoming, method, headers, body ?? null);
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
    const content = Body.copy(this);
    const copy = new Request(this.#url, noInit, incoming, this.#method, Body.copyHeaders(this), content);
    if (this.#signal) copy.#signal = this.#signal;
    copy.#redirect = this.#redirect;
    return copy;
  }
}
tagged(Request, "Request");

function methodOf(method: string): string {
  const text = `${method}`;
  if (!token.test(text)) throw new TypeError(`Invalid method: ${text}`);
  return normalized.test(text) ? toUpperCase(text) : text;
}
