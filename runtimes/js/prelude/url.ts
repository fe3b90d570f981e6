/** `URL` over whatwg-url's parser. The adapter finds the parts of the usual addresses of requests, which is faster. */
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
import { sliceText, tagged } from "./intrinsics.ts";
import { URLSearchParams } from "./url-search-params.ts";

/**
 * Where the parts of an address in normal form begin, as `$urlShape` gives it: four offsets of 13 bits. From the lowest
 * bits: end of the host, path, query, fragment. A part that is not there begins where the next one does.
 */
type Shape = number;
const noShape: Shape = 0;
const offsetBits = 13;
const offsetMask = 0x1fff;
const upperHalf = 0x4000000;

const hostOffset = (text: string): number => (text[4] === "s" ? 8 : 7);
const hostEnd = (shape: Shape): number => shape & offsetMask;
const pathOffset = (shape: Shape): number => (shape >>> offsetBits) & offsetMask;
const queryOffset = (shape: Shape): number => (shape / upperHalf) & offsetMask;
const fragmentOffset = (shape: Shape): number => (shape / upperHalf) >>> offsetBits;

/** Gives an address in its normal form. @throws TypeError if the text is no address */
export function parseUrl(text: string): string {
  return $urlShape(text, text.length) !== noShape ? text : serializeURL(recordOf(text));
}

function recordOf(text: string, base?: UrlRecord): UrlRecord {
  const record = basicURLParse(text, { baseURL: base ?? null });
  if (!record) throw new TypeError(`Invalid URL: ${text}`);
  return record;
}

export class URL {
  /** The address and its shape are valid until `#parsed` is set, the parser's record, for unusual addresses and changes. */
  #text: string;
  #shape: Shape = noShape;
  #parsed: UrlRecord | undefined;
  #params: URLSearchParams | undefined;

  constructor(url: string | URL, base?: string | URL) {
    const text = `${url as string}`;
    this.#text = text;
    if (base === undefined) {
      this.#shape = $urlShape(text, text.length);
      if (this.#shape === noShape) this.#parsed = recordOf(text);
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
      this.#shape = noShape;
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
    this.#shape = noShape;
    this.#refreshParams();
  }
  get origin(): string {
    return this.#shape ? sliceText(this.#text, 0, pathOffset(this.#shape)) : serializeURLOrigin(this.#record());
  }
  get protocol(): string {
    if (this.#shape) return hostOffset(this.#text) === 8 ? "https:" : "http:";
    return `${this.#record().scheme}:`;
  }
  set protocol(value: string) {
    this.#set("scheme start", `${value}:`);
  }
  get username(): string {
    return this.#shape ? "" : this.#record().username;
  }
  set username(value: string) {
    const record = this.#record();
    if (!cannotHaveAUsernamePasswordPort(record)) setTheUsername(record, `${value}`);
  }
  get password(): string {
    return this.#shape ? "" : this.#record().password;
  }
  set password(value: string) {
    const record = this.#record();
    if (!cannotHaveAUsernamePasswordPort(record)) setThePassword(record, `${value}`);
  }
  get host(): string {
    if (this.#shape) return sliceText(this.#text, hostOffset(this.#text), pathOffset(this.#shape));
    const { host, port } = this.#record();
    if (host === null) return "";
    return port === null ? serializeHost(host) : `${serializeHost(host)}:${port}`;
  }
  set host(value: string) {
    if (!hasAnOpaquePath(this.#record())) this.#set("host", value);
  }
  get hostname(): string {
    if (this.#shape) return sliceText(this.#text, hostOffset(this.#text), hostEnd(this.#shape));
    const { host } = this.#record();
    return host === null ? "" : serializeHost(host);
  }
  set hostname(value: string) {
    if (!hasAnOpaquePath(this.#record())) this.#set("hostname", value);
  }
  get port(): string {
    // The port follows a colon. If there is none, the path begins where the host ends.
    if (this.#shape) return sliceText(this.#text, hostEnd(this.#shape) + 1, pathOffset(this.#shape));
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
    const shape = this.#shape;
    return shape ? sliceText(this.#text, pathOffset(shape), queryOffset(shape)) : serializePath(this.#record());
  }
  set pathname(value: string) {
    const record = this.#record();
    if (hasAnOpaquePath(record)) return;
    record.path = [];
    this.#set("path start", value);
  }
  get search(): string {
    if (this.#shape) return unlessEmpty(sliceText(this.#text, queryOffset(this.#shape), fragmentOffset(this.#shape)));
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
    if (this.#shape) return unlessEmpty(sliceText(this.#text, fragmentOffset(this.#shape)));
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

/** A query or a fragment with its mark; "" if it has only the mark. */
function unlessEmpty(part: string): string {
  return part.length > 1 ? part : "";
}
