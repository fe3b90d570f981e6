/** `Request` of the Fetch standard. */
import { AbortController, AbortSignal } from "./abort.ts";
import { Body, type BodyInit, type Content, extract } from "./body.ts";
import { Headers, type HeadersInit } from "./headers.ts";
import { pattern, tagged, toUpperCase } from "./intrinsics.ts";
import { checkedOption, type FetchOptions, fetchOptions, usual } from "./request-options.ts";
import { parseUrl, type URL } from "./url.ts";
import { dictionary } from "./web-idl.ts";

export interface RequestInit extends FetchOptions {
  method?: string;
  headers?: HeadersInit;
  body?: BodyInit | null;
  signal?: AbortSignal | null;
  redirect?: string;
}

const token = pattern(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/);
const normalized = pattern(/^(?:delete|get|head|options|post|put)$/i);
const forbidden = pattern(/^(?:connect|trace|track)$/i);
const credentials = pattern(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i);
const noInit: RequestInit = { __proto__: null } as RequestInit;

/** Marks the constructor call for a request that came from the host. Its parts are taken as they are. */
const incoming = Symbol();

export class Request extends Body {
  #method: string;
  #url: string;
  #signal: AbortSignal | undefined;
  #redirect: string;
  #options = usual;

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
    dictionary(init, "The second argument");
    init ??= noInit;
    const from = typeof input === "object" && input !== null && #url in input ? (input as Request) : undefined;
    const method = init.method === undefined ? (from ? from.method : "GET") : methodOf(init.method);
    const url = from ? from.url : withoutCredentials(parseUrl(`${input as string}`));
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
    this.#redirect = from ? from.#redirect : "follow";
    if (init.redirect !== undefined) this.#redirect = checkedOption("redirect", init.redirect);
    if (init !== noInit || from) this.#options = fetchOptions(init, from ? from.#options : usual);
    const signal = init.signal === undefined && from ? from.#signal : init.signal;
    if (signal && !AbortSignal.is(signal)) throw new TypeError("The member signal is no AbortSignal");
    // The request gets a signal of its own, which follows the given one.
    if (signal) this.#signal = AbortSignal.any([signal]);
  }

  /** @internal */
  static incoming(method: string, uri: string, headers: string, body: ArrayBuffer | undefined): Request {
    return new Request(uri, noInit, incoming, method, headers, body ?? null);
  }

  /** @internal */
  static is(value: unknown): value is Request {
    return typeof value === "object" && value !== null && #url in value;
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
    return this.#options.cache;
  }
  get credentials(): string {
    return this.#options.credentials;
  }
  get duplex(): string {
    return "half";
  }
  get destination(): string {
    return "";
  }
  get integrity(): string {
    return this.#options.integrity;
  }
  get keepalive(): boolean {
    return this.#options.keepalive;
  }
  get mode(): string {
    return this.#options.mode;
  }
  get referrer(): string {
    return this.#options.referrer;
  }
  get referrerPolicy(): string {
    return this.#options.referrerPolicy;
  }

  clone(): Request {
    const content = Body.copy(this);
    const copy = new Request(this.#url, noInit, incoming, this.#method, Body.copyHeaders(this), content);
    if (this.#signal) copy.#signal = AbortSignal.any([this.#signal]);
    copy.#redirect = this.#redirect;
    copy.#options = this.#options;
    return copy;
  }
}
tagged(Request, "Request");

function withoutCredentials(url: string): string {
  if (credentials.test(url)) throw new TypeError(`A request's URL cannot have a user or password: ${url}`);
  return url;
}

function methodOf(method: string): string {
  const text = `${method}`;
  if (!token.test(text) || forbidden.test(text)) throw new TypeError(`Invalid method: ${text}`);
  return normalized.test(text) ? toUpperCase(text) : text;
}
