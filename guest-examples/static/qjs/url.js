/** Absolute http and https URLs, parsed by one regular expression, and URLSearchParams. */

export class URLSearchParams {
  #pairs = [];
  constructor(init = "") {
    if (typeof init !== "string") {
      const pairs = typeof init[Symbol.iterator] === "function" ? init : Object.entries(init);
      for (const [name, value] of pairs) this.append(name, value);
      return;
    }
    for (const part of init.replace(/^\?/, "").split("&")) {
      if (part === "") continue;
      const equals = part.indexOf("=");
      const [name, value] = equals < 0 ? [part, ""] : [part.slice(0, equals), part.slice(equals + 1)];
      this.#pairs.push([unescapeForm(name), unescapeForm(value)]);
    }
  }
  append(name, value) {
    this.#pairs.push([String(name), String(value)]);
  }
  get(name) {
    return this.#pairs.find((pair) => pair[0] === name)?.[1] ?? null;
  }
  getAll(name) {
    return this.#pairs.filter((pair) => pair[0] === name).map((pair) => pair[1]);
  }
  has(name) {
    return this.#pairs.some((pair) => pair[0] === name);
  }
  set(name, value) {
    this.delete(name);
    this.append(name, value);
  }
  delete(name) {
    this.#pairs = this.#pairs.filter((pair) => pair[0] !== name);
  }
  [Symbol.iterator]() {
    return this.#pairs[Symbol.iterator]();
  }
  entries() {
    return this[Symbol.iterator]();
  }
  toString() {
    return this.#pairs.map((pair) => pair.map(escapeForm).join("=")).join("&");
  }
}

function unescapeForm(text) {
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
const escapeForm = (text) => encodeURIComponent(text).replaceAll("%20", "+");

export class URL {
  constructor(url) {
    const parts = /^(https?:)\/\/([^/?#:@]+)(?::(\d+))?(\/[^?#]*)?(\?[^#]*)?(#.*)?$/i.exec(String(url));
    if (parts === null) throw new TypeError(`Invalid URL: ${url}`);
    this.protocol = parts[1].toLowerCase();
    this.hostname = parts[2].toLowerCase();
    this.port = parts[3] === (this.protocol === "http:" ? "80" : "443") ? "" : (parts[3] ?? "");
    this.pathname = parts[4] ?? "/";
    this.search = parts[5] === "?" ? "" : (parts[5] ?? "");
    this.hash = parts[6] ?? "";
    this.searchParams = new URLSearchParams(this.search);
  }
  get host() {
    return this.port === "" ? this.hostname : `${this.hostname}:${this.port}`;
  }
  get origin() {
    return `${this.protocol}//${this.host}`;
  }
  get href() {
    return this.origin + this.pathname + this.search + this.hash;
  }
  toString() {
    return this.href;
  }
  toJSON() {
    return this.href;
  }
}
