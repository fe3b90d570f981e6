/** Headers, Request and Response with whole bodies. */
import { TextDecoder, TextEncoder } from "./text.js";
import { URL, URLSearchParams } from "./url.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class Headers {
  #fields = [];
  constructor(init = []) {
    const fields = typeof init[Symbol.iterator] === "function" ? init : Object.entries(init);
    for (const [name, value] of fields) this.append(name, value);
  }
  append(name, value) {
    this.#fields.push([String(name).toLowerCase(), String(value).trim()]);
  }
  set(name, value) {
    this.delete(name);
    this.append(name, value);
  }
  delete(name) {
    const key = String(name).toLowerCase();
    this.#fields = this.#fields.filter((field) => field[0] !== key);
  }
  get(name) {
    const key = String(name).toLowerCase();
    const values = this.#fields.filter((field) => field[0] === key).map((field) => field[1]);
    return values.length === 0 ? null : values.join(", ");
  }
  has(name) {
    return this.get(name) !== null;
  }
  getSetCookie() {
    return this.#fields.filter((field) => field[0] === "set-cookie").map((field) => field[1]);
  }
  /** Sorts and combines fields by name, except Set-Cookie (Fetch standard, "sort and combine"). */
  *[Symbol.iterator]() {
    for (const name of [...new Set(this.#fields.map((field) => field[0]))].sort()) {
      if (name === "set-cookie") for (const cookie of this.getSetCookie()) yield [name, cookie];
      else yield [name, this.get(name)];
    }
  }
  entries() {
    return this[Symbol.iterator]();
  }
  forEach(callback) {
    for (const [name, value] of this) callback(value, name, this);
  }
}

class Body {
  #bytes;
  bodyUsed = false;
  constructor(body, headers) {
    if (typeof body === "string" && !headers.has("content-type"))
      headers.set("content-type", "text/plain;charset=UTF-8");
    if (body instanceof URLSearchParams && !headers.has("content-type")) {
      headers.set("content-type", "application/x-www-form-urlencoded;charset=UTF-8");
    }
    this.#bytes =
      body === undefined || body === null
        ? new Uint8Array()
        : ArrayBuffer.isView(body)
          ? new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice()
          : body instanceof ArrayBuffer
            ? new Uint8Array(body.slice(0))
            : encoder.encode(String(body));
  }
  async bytes() {
    if (this.bodyUsed) throw new TypeError("The body has been read already");
    this.bodyUsed = true;
    return this.#bytes;
  }
  async arrayBuffer() {
    return (await this.bytes()).buffer;
  }
  async text() {
    return decoder.decode(await this.bytes());
  }
  async json() {
    return JSON.parse(await this.text());
  }
}

export class Request extends Body {
  constructor(url, init = {}) {
    const headers = new Headers(init.headers);
    super(init.body, headers);
    this.url = new URL(url).href;
    this.method = init.method ?? "GET";
    this.headers = headers;
  }
}

export class Response extends Body {
  constructor(body, init = {}) {
    const headers = new Headers(init.headers);
    super(body, headers);
    this.status = init.status ?? 200;
    this.statusText = init.statusText ?? "";
    this.headers = headers;
  }
  get ok() {
    return this.status >= 200 && this.status < 300;
  }
  static json(value, init = {}) {
    const headers = new Headers(init.headers);
    if (!headers.has("content-type")) headers.set("content-type", "application/json");
    return new Response(JSON.stringify(value), { ...init, headers });
  }
  static redirect(url, status = 302) {
    return new Response(null, { status, headers: { location: new URL(url).href } });
  }
}
