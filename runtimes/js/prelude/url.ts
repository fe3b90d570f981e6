/** `URL` over whatwg-url's parser. The usual addresses of requests are parsed by a regular expression, which is faster. */
import {
  basicURLParse,
  cannotHaveAUsernamePasswordPort,
  hasAnOpaquePath,
  serializeHost,
  serializePath,
  serializeURL,
  serializeURLOrigin,
  setThePassword,
  setTheUsername,
  type UrlRecord,
} from "whatwg-url/lib/url-state-machine.js";
import { apply, sliceText, tagged } from "./intrinsics.ts";
import { URLSearchParams } from "./url-search-params.ts";

const { exec, test } = RegExp.prototype;

/** Scheme, host, port, path, query and fragment of an address that may not be in normal form. */
const shape = /^(https?):\/\/([a-z0-9_.-]+)(?::([1-9]\d{0,4}))?(\/[^?#]*)(\?[^#]*)?(#.*)?$/;
/**
 * Parts that the parser may change: characters to escape or drop, and path segments of dots, escaped or not. An address
 * of the shape above without any of these is in normal form.
 */
const unusual = /[^\w\-/~!$&()*+,;=:@%.?#]|\/\.\.?(?:[/?#]|$)|%2e/i;
const numericEnd = /(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$/;
const emptyLabelOrPunycode = /^\.|\.\.|(?:^|\.)xn--/;

interface Parts {
  scheme: string;
  host: string;
  port: string;
  path: string;
  query: string;
  fragment: string;
}

function plainParts(text: string): Parts | undefined {
  if (apply(test, unusual, [text])) return undefined;
  const match = apply(exec, shape, [text]) as (string | undefined)[] | null;
  if (!match) return undefined;
  const host = match[2]!;
  const port = match[3] ?? "";
  if (apply(test, numericEnd, [host]) || apply(test, emptyLabelOrPunycode, [host])) return undefined;
  if (port !== "" && (Number(port) > 65535 || port === (match[1] === "http" ? "80" : "443"))) return undefined;
  const query = match[5] ?? "";
  const fragment = match[6] ?? "";
  return {
    scheme: match[1]!,
    host,
    port,
    path: match[4]!,
    query: query.length > 1 ? query : "",
    fragment: fragment.length > 1 ? fragment : "",
  };
}

/** Gives an address in its normal form. @throws TypeError if the text is no address */
export function parseUrl(text: string): string {
  return plainParts(text) ? text : serializeURL(recordOf(text));
}

function recordOf(text: string, base?: UrlRecord): UrlRecord {
  const record = basicURLParse(text, { baseURL: base ?? null });
  if (!record) throw new TypeError(`Invalid URL: ${text}`);
  return record;
}

export class URL {
  /** The text and its parts are valid until `#parsed` is set: the parser's record, for unusual addresses and changes. */
  #text: string;
  #parts: Parts | undefined;
  #parsed: UrlRecord | undefined;
  #params: URLSearchParams | undefined;

  constructor(url: string | URL, base?: string | URL) {
    const text = `${url as string}`;
    this.#text = text;
    if (base === undefined) {
      this.#parts = plainParts(text);
      if (!this.#parts) this.#parsed = recordOf(text);
    } else this.#parsed = recordOf(text, recordOf(`${base as string}`));
  }

  static canParse(url: string | URL, base?: string | URL): boolean {
    return URL.parse(url, base) !== null;
  }

  static parse(url: string | URL, base?: string | URL): URL | null {
    try {
      return new URL(url, base);
    } catch {
      return null;
    }
  }

  #record(): UrlRecord {
    if (!this.#parsed) {
      this.#parsed = recordOf(this.#text);
      this.#parts = undefined;
    }
    return this.#parsed;
  }

  #set(state: string, value: string): void {
    basicURLParse(`${value}`, { url: this.#record(), stateOverride: state });
  }

  get href(): string {
    return this.#parsed ? serializeURL(this.#parsed) : this.#text;
  }
  set href(value: string) {
    this.#parsed = recordOf(`${value}`);
    this.#parts = undefined;
    this.#refreshParams();
  }
  get origin(): string {
    const parts = this.#parts;
    return parts ? `${parts.scheme}://${this.host}` : serializeURLOrigin(this.#record());
  }
  get protocol(): string {
    return `${this.#parts ? this.#parts.scheme : this.#record().scheme}:`;
  }
  set protocol(value: string) {
    this.#set("scheme start", `${value}:`);
  }
  get username(): string {
    return this.#parts ? "" : this.#record().username;
  }
  set username(value: string) {
    const record = this.#record();
    if (!cannotHaveAUsernamePasswordPort(record)) setTheUsername(record, `${value}`);
  }
  get password(): string {
    return this.#parts ? "" : this.#record().password;
  }
  set password(value: string) {
    const record = this.#record();
    if (!cannotHaveAUsernamePasswordPort(record)) setThePassword(record, `${value}`);
  }
  get host(): string {
    const parts = this.#parts;
    if (parts) return parts.port ? `${parts.host}:${parts.port}` : parts.host;
    const { host, port } = this.#record();
    if (host === null) return "";
    return port === null ? serializeHost(host) : `${serializeHost(host)}:${port}`;
  }
  set host(value: string) {
    if (!hasAnOpaquePath(this.#record())) this.#set("host", value);
  }
  get hostname(): string {
    if (this.#parts) return this.#parts.host;
    const { host } = this.#record();
    return host === null ? "" : serializeHost(host);
  }
  set hostname(value: string) {
    if (!hasAnOpaquePath(this.#record())) this.#set("hostname", value);
  }
  get port(): string {
    if (this.#parts) return this.#parts.port;
    const { port } = this.#record();
    return port === null ? "" : `${port}`;
  }
  set port(value: string) {
    const record = this.#record();
    if (cannotHaveAUsernamePasswordPort(record)) return;
    if (`${value}` === "") record.port = null;
    else this.#set("port", value);
  }
  get pathname(): string {
    return this.#parts ? this.#parts.path : serializePath(this.#record());
  }
  set pathname(value: string) {
    const record = this.#record();
    if (hasAnOpaquePath(record)) return;
    record.path = [];
    this.#set("path start", value);
  }
  get search(): string {
    if (this.#parts) return this.#parts.query;
    const { query } = this.#record();
    return query === null || query === "" ? "" : `?${query}`;
  }
  set search(value: string) {
    this.#setQuery(`${value}`);
    this.#refreshParams();
  }
  get searchParams(): URLSearchParams {
    this.#params ??= URLSearchParams.of(sliceText(this.search, 1), (query) => {
      this.#record().query = query === "" ? null : query;
    });
    return this.#params;
  }
  get hash(): string {
    if (this.#parts) return this.#parts.fragment;
    const { fragment } = this.#record();
    return fragment === null || fragment === "" ? "" : `#${fragment}`;
  }
  set hash(value: string) {
    const text = `${value}`;
    const record = this.#record();
    if (text === "") {
      record.fragment = null;
      return;
    }
    record.fragment = "";
    this.#set("fragment", text[0] === "#" ? sliceText(text, 1) : text);
  }

  #setQuery(text: string): void {
    const record = this.#record();
    if (text === "") {
      record.query = null;
      return;
    }
    record.query = "";
    this.#set("query", text[0] === "?" ? sliceText(text, 1) : text);
  }

  #refreshParams(): void {
    if (this.#params) URLSearchParams.refill(this.#params, sliceText(this.search, 1));
  }

  toString(): string {
    return this.href;
  }
  toJSON(): string {
    return this.href;
  }
}
tagged(URL, "URL");
