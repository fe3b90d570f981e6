/**
 * The part of the fetch API that the guest examples use, for componentize-qjs, whose QuickJS has none of it. It is meant
 * for comparing a static component with a slim one and is not complete: bodies are whole (no streams), a URL is parsed by
 * one regular expression (http and https, absolute), and there are no signals, forms or blobs.
 *
 * The bundle's first import: it sets the globals.
 */
import { getStderr } from "wasi:cli/stderr@0.2.12";
import { getStdout } from "wasi:cli/stdout@0.2.12";
import { subscribeDuration } from "wasi:clocks/monotonic-clock@0.2.12";
import { getRandomBytes } from "wasi:random/random@0.2.12";

// --- Promise: the engine's has jobs that nothing runs here. ---

const jobs = [];

class PlinthPromise {
  #state = "pending";
  #value;
  #reactions = [];

  constructor(executor) {
    let open = true;
    const once = (settle) => (value) => {
      if (!open) return;
      open = false;
      settle(value);
    };
    const reject = once((reason) => this.#settle("rejected", reason));
    const resolve = once((value) => this.#resolve(value));
    try {
      executor(resolve, reject);
    } catch (error) {
      reject(error);
    }
  }

  #resolve(value) {
    if (value === this) return this.#settle("rejected", new TypeError("A promise cannot be resolved with itself"));
    let then;
    try {
      then = value !== null && (typeof value === "object" || typeof value === "function") ? value.then : undefined;
    } catch (error) {
      return this.#settle("rejected", error);
    }
    if (typeof then !== "function") return this.#settle("fulfilled", value);
    jobs.push(() => {
      let open = true;
      const once = (settle) => (result) => {
        if (!open) return;
        open = false;
        settle(result);
      };
      const reject = once((reason) => this.#settle("rejected", reason));
      try {
        then.call(
          value,
          once((result) => this.#resolve(result)),
          reject,
        );
      } catch (error) {
        reject(error);
      }
    });
  }

  #settle(state, value) {
    this.#state = state;
    this.#value = value;
    for (const reaction of this.#reactions) jobs.push(reaction);
    this.#reactions = [];
  }

  // biome-ignore lint/suspicious/noThenProperty: this is the promise
  then(onFulfilled, onRejected) {
    return new PlinthPromise((resolve, reject) => {
      const reaction = () => {
        const handler = this.#state === "fulfilled" ? onFulfilled : onRejected;
        if (typeof handler !== "function")
          return this.#state === "fulfilled" ? resolve(this.#value) : reject(this.#value);
        try {
          resolve(handler(this.#value));
        } catch (error) {
          reject(error);
        }
      };
      if (this.#state === "pending") this.#reactions.push(reaction);
      else jobs.push(reaction);
    });
  }

  catch(onRejected) {
    return this.then(undefined, onRejected);
  }

  finally(callback) {
    return this.then(
      (value) => PlinthPromise.resolve(callback()).then(() => value),
      (reason) =>
        PlinthPromise.resolve(callback()).then(() => {
          throw reason;
        }),
    );
  }

  static resolve(value) {
    return value instanceof PlinthPromise ? value : new PlinthPromise((resolve) => resolve(value));
  }
  static reject(reason) {
    return new PlinthPromise((_, reject) => reject(reason));
  }
  static withResolvers() {
    const resolvers = {};
    resolvers.promise = new PlinthPromise((resolve, reject) => Object.assign(resolvers, { resolve, reject }));
    return resolvers;
  }
  static all(values) {
    return new PlinthPromise((resolve, reject) => {
      const results = [];
      let left = 1;
      const done = () => --left === 0 && resolve(results);
      let index = 0;
      for (const value of values) {
        const at = index++;
        left++;
        PlinthPromise.resolve(value).then((result) => {
          results[at] = result;
          done();
        }, reject);
      }
      done();
    });
  }
  static allSettled(values) {
    return PlinthPromise.all(
      [...values].map((value) =>
        PlinthPromise.resolve(value).then(
          (result) => ({ status: "fulfilled", value: result }),
          (reason) => ({ status: "rejected", reason }),
        ),
      ),
    );
  }
  static race(values) {
    return new PlinthPromise((resolve, reject) => {
      for (const value of values) PlinthPromise.resolve(value).then(resolve, reject);
    });
  }
}

function runJobs() {
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) job();
}

/** The promise's value, once the jobs and timers that it needs have run. */
export function runUntil(promise) {
  let outcome;
  promise.then(
    (value) => {
      outcome = () => value;
    },
    (reason) => {
      outcome = () => {
        throw reason;
      };
    },
  );
  for (;;) {
    runJobs();
    if (outcome !== undefined) return outcome();
    const timer = nextTimer();
    if (timer === undefined) throw new Error("The handler waits for something that can never come.");
    const left = timer.due - performance.now();
    if (left > 0) subscribeDuration(Math.ceil(left * 1e6)).block();
    if (timer.every === undefined) timers.delete(timer.id);
    else timer.due = performance.now() + timer.every;
    timer.callback();
  }
}

// --- Timers ---

const timers = new Map();
let lastTimer = 0;

function startTimer(callback, ms, every) {
  const id = ++lastTimer;
  timers.set(id, { id, callback, due: performance.now() + ms, every });
  return id;
}

function nextTimer() {
  let next;
  for (const timer of timers.values()) if (next === undefined || timer.due < next.due) next = timer;
  return next;
}

const atLeast = (ms, least) => Math.max(least, Number(ms) || 0);
const setTimeout = (callback, ms, ...values) => startTimer(() => callback(...values), atLeast(ms, 0));
const setInterval = (callback, ms, ...values) => startTimer(() => callback(...values), atLeast(ms, 1), atLeast(ms, 1));
const clearTimeout = (id) => void timers.delete(id);
const queueMicrotask = (callback) => void jobs.push(callback);

// --- Text ---

class TextEncoder {
  encoding = "utf-8";
  encode(text = "") {
    // encodeURIComponent gives UTF-8, but refuses lone surrogates.
    const escaped = encodeURIComponent(String(text).toWellFormed());
    const bytes = new Uint8Array(escaped.length);
    let length = 0;
    for (let at = 0; at < escaped.length; length++) {
      if (escaped.charCodeAt(at) === 0x25) {
        bytes[length] = Number.parseInt(escaped.slice(at + 1, at + 3), 16);
        at += 3;
      } else bytes[length] = escaped.charCodeAt(at++);
    }
    return bytes.slice(0, length);
  }
}

class TextDecoder {
  encoding = "utf-8";
  decode(input = new Uint8Array()) {
    const bytes = ArrayBuffer.isView(input)
      ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
      : new Uint8Array(input);
    let text = "";
    for (let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0; at < bytes.length; ) {
      const lead = bytes[at++];
      if (lead < 0x80) {
        text += String.fromCharCode(lead);
        continue;
      }
      const more =
        lead >= 0xc2 && lead < 0xe0 ? 1 : lead >= 0xe0 && lead < 0xf0 ? 2 : lead >= 0xf0 && lead < 0xf5 ? 3 : 0;
      let point = more === 0 ? -1 : lead & (0x3f >> more);
      for (let n = 0; n < more; n++) {
        const next = bytes[at];
        // The Unicode standard, table 3-7: the second byte excludes overlong forms, surrogates and what is past U+10FFFF.
        const least = n > 0 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
        const most = n > 0 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
        if (next === undefined || next < least || next > most) {
          point = -1;
          break;
        }
        point = (point << 6) | (next & 0x3f);
        at++;
      }
      text += point < 0 ? "\ufffd" : String.fromCodePoint(point);
    }
    return text;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

// --- Random numbers: the engine's generator was seeded when the component was built, the same for every instance. ---

const crypto = {
  getRandomValues(array) {
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(getRandomBytes(array.byteLength));
    return array;
  },
  randomUUID() {
    const bytes = getRandomBytes(16);
    // RFC 9562, section 5.4: version 4, variant 10.
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  },
};

Math.random = () => {
  const [high, low] = new Uint32Array(getRandomBytes(8).buffer);
  return ((high >>> 5) * 0x4000000 + (low >>> 6)) / 2 ** 53;
};

// --- URL ---

class URLSearchParams {
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

class URL {
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

// --- Headers, Request, Response ---

class Headers {
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
  /** Sorted and combined by name, Set-Cookie apart (Fetch standard, "sort and combine"). */
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

class Request extends Body {
  constructor(url, init = {}) {
    const headers = new Headers(init.headers);
    super(init.body, headers);
    this.url = new URL(url).href;
    this.method = init.method ?? "GET";
    this.headers = headers;
  }
}

class Response extends Body {
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

// --- console: lines of the tenant's log ---

function logger(getStream) {
  return (...values) => {
    const line = values
      .map((value) => (typeof value === "string" ? value : (JSON.stringify(value) ?? String(value))))
      .join(" ");
    const bytes = encoder.encode(`${line}\n`);
    const stream = getStream();
    // The most that WASI lets one call write.
    for (let at = 0; at < bytes.length; at += 4096) stream.blockingWriteAndFlush(bytes.slice(at, at + 4096));
    stream[Symbol.dispose]();
  };
}
const toStdout = logger(getStdout);
const toStderr = logger(getStderr);
const console = { log: toStdout, info: toStdout, debug: toStdout, warn: toStderr, error: toStderr };

Object.assign(globalThis, {
  clearInterval: clearTimeout,
  clearTimeout,
  console,
  crypto,
  Headers,
  // esbuild's helpers for async functions look it up at every call.
  Promise: PlinthPromise,
  queueMicrotask,
  Request,
  Response,
  setInterval,
  setTimeout,
  TextDecoder,
  TextEncoder,
  URL,
  URLSearchParams,
});
