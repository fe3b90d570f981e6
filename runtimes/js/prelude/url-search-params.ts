/** `URLSearchParams` of the URL standard. */
import { apply, define, includes, indexOfText, iteratorPrototype, pattern, sliceText } from "./intrinsics.ts";
import { decodeUtf8, joinText, splitText } from "./text.ts";

type Init = string | Iterable<[string, string]> | Record<string, string> | URLSearchParams;

const { [Symbol.replace]: replaceAll } = RegExp.prototype;
const decode = decodeURIComponent;
const encode = encodeURIComponent;
const wellFormed = String.prototype.toWellFormed;
/**
 * The characters that encodeURIComponent leaves and the form encoding escapes, and the space as encodeURIComponent has
 * it.
 */
const toEscape = /[!'()~]|%20/g;
const escapes: Record<string, string> = { "!": "%21", "'": "%27", "(": "%28", ")": "%29", "~": "%7E", "%20": "+" };
const needsDecoding = pattern(/[%+]/);

function parse(query: string): string[] {
  const list: string[] = [];
  if (query === "") return list;
  const pairs = splitText(query, "&");
  let at = 0;
  for (let i = 0; i < pairs.length; i++) {
    const pair = pairs[i]!;
    if (pair === "") continue;
    const equals = indexOfText(pair, "=");
    list[at++] = decoded(equals < 0 ? pair : sliceText(pair, 0, equals));
    list[at++] = equals < 0 ? "" : decoded(sliceText(pair, equals + 1));
  }
  return list;
}

function decoded(text: string): string {
  if (!needsDecoding.test(text)) return text;
  const spaced = includes(text, "+") ? joinText(splitText(text, "+"), " ") : text;
  try {
    return decode(spaced);
  } catch {
    return percentDecoded(spaced);
  }
}

/** Decodes byte by byte. The text has a "%" that is no escape, or escapes that are no UTF-8. */
function percentDecoded(text: string): string {
  const bytes: number[] = [];
  const escaped = encode(apply(wellFormed, text, []));
  // encodeURIComponent has made "%25" of every "%". The first loop undoes that, and the second reads the escapes.
  for (let i = 0; i < escaped.length; i++) {
    let code = escaped.charCodeAt(i);
    if (code === 0x25) {
      code = Number.parseInt(escaped.slice(i + 1, i + 3), 16);
      i += 2;
    }
    bytes[bytes.length] = code;
  }
  let to = 0;
  for (let i = 0; i < bytes.length; i++) {
    const value = bytes[i] === 0x25 ? hexPair(bytes[i + 1], bytes[i + 2]) : -1;
    bytes[to++] = value < 0 ? bytes[i]! : value;
    if (value >= 0) i += 2;
  }
  bytes.length = to;
  return decodeUtf8(new Uint8Array(bytes).buffer).text;
}

function hexPair(high: number | undefined, low: number | undefined): number {
  const text = String.fromCharCode(high ?? 0, low ?? 0);
  return /^[0-9a-fA-F]{2}$/.test(text) ? Number.parseInt(text, 16) : -1;
}

function encoded(text: string): string {
  return apply(replaceAll, toEscape, [encode(apply(wellFormed, text, [])), (found: string) => escapes[found]]);
}

export class URLSearchParams {
  /** The pairs, flat in one array: name, value, name, value. */
  #list: string[] = [];
  #changed: ((query: string) => void) | undefined;

  constructor(init?: Init) {
    if (init === undefined || init === null) return;
    if (typeof init === "object" || typeof init === "function") {
      if (#list in init) this.#list = [...(init as URLSearchParams).#list];
      else if (Symbol.iterator in init) {
        for (const pair of init as Iterable<[string, string]>) {
          const [name, value, ...rest] = pair;
          if (value === undefined || rest.length)
            throw new TypeError("URLSearchParams: each entry must be a name and a value");
          this.#add(name, value);
        }
      } else for (const name of Object.keys(init)) this.#add(name, (init as Record<string, string>)[name]!);
      return;
    }
    const text = `${init}`;
    this.#list = parse(text[0] === "?" ? sliceText(text, 1) : text);
  }

  /** @internal Makes the parameters of a URL. `changed` is called with the query after every change. */
  static of(query: string, changed: (query: string) => void): URLSearchParams {
    const params = new URLSearchParams();
    params.#list = parse(query);
    params.#changed = changed;
    return params;
  }

  /** @internal */
  static refill(params: URLSearchParams, query: string): void {
    params.#list = parse(query);
  }

  /** @internal */
  static is(value: unknown): value is URLSearchParams {
    return typeof value === "object" && value !== null && #list in value;
  }

  #add(name: unknown, value: unknown): void {
    const at = this.#list.length;
    this.#list[at] = apply(wellFormed, `${name as string}`, []);
    this.#list[at + 1] = apply(wellFormed, `${value as string}`, []);
  }

  #update(): void {
    this.#changed?.(this.toString());
  }

  get size(): number {
    return this.#list.length / 2;
  }

  append(name: string, value: string): void {
    this.#add(name, value);
    this.#update();
  }

  delete(name: string, value?: string): void {
    const list = this.#list;
    const key = `${name}`;
    let to = 0;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === key && (value === undefined || list[i + 1] === `${value}`)) continue;
      list[to++] = list[i]!;
      list[to++] = list[i + 1]!;
    }
    list.length = to;
    this.#update();
  }

  get(name: string): string | null {
    const key = `${name}`;
    for (let i = 0; i < this.#list.length; i += 2) if (this.#list[i] === key) return this.#list[i + 1]!;
    return null;
  }

  getAll(name: string): string[] {
    const key = `${name}`;
    const values: string[] = [];
    for (let i = 0; i < this.#list.length; i += 2)
      if (this.#list[i] === key) define(values, values.length, this.#list[i + 1]);
    return values;
  }

  has(name: string, value?: string): boolean {
    const key = `${name}`;
    for (let i = 0; i < this.#list.length; i += 2) {
      if (this.#list[i] === key && (value === undefined || this.#list[i + 1] === `${value}`)) return true;
    }
    return false;
  }

  set(name: string, value: string): void {
    const key = `${name}`;
    const list = this.#list;
    let to = 0;
    let found = false;
    for (let i = 0; i < list.length; i += 2) {
      const match = list[i] === key;
      if (match && found) continue;
      list[to++] = list[i]!;
      list[to++] = match ? `${value}` : list[i + 1]!;
      found ||= match;
    }
    list.length = to;
    if (!found) this.#add(name, value);
    this.#update();
  }

  sort(): void {
    const pairs: [string, string][] = [];
    for (let i = 0; i < this.#list.length; i += 2) pairs.push([this.#list[i]!, this.#list[i + 1]!]);
    pairs.sort((x, y) => (x[0] < y[0] ? -1 : x[0] > y[0] ? 1 : 0));
    this.#list = pairs.flat();
    this.#update();
  }

  *entries(): IterableIterator<[string, string]> {
    for (let i = 0; i < this.#list.length; i += 2) yield [this.#list[i]!, this.#list[i + 1]!];
  }

  *keys(): IterableIterator<string> {
    for (let i = 0; i < this.#list.length; i += 2) yield this.#list[i]!;
  }

  *values(): IterableIterator<string> {
    for (let i = 0; i < this.#list.length; i += 2) yield this.#list[i + 1]!;
  }

  forEach(callback: (value: string, name: string, params: URLSearchParams) => void, thisArgument?: unknown): void {
    for (let i = 0; i < this.#list.length; i += 2)
      apply(callback, thisArgument, [this.#list[i + 1]!, this.#list[i]!, this]);
  }

  toString(): string {
    let text = "";
    for (let i = 0; i < this.#list.length; i += 2) {
      if (i) text += "&";
      text += `${encoded(this.#list[i]!)}=${encoded(this.#list[i + 1]!)}`;
    }
    return text;
  }

  declare [Symbol.iterator]: () => IterableIterator<[string, string]>;
}
iteratorPrototype(URLSearchParams, "entries", "URLSearchParams");
