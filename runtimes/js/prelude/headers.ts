/** `Headers` of the Fetch standard. The fields of a request are parsed when the tenant first asks for one. */
import { nameOf, valueText } from "./header-fields.ts";
import { apply, define, isEnumerable, iteratorPrototype, ownKeys } from "./intrinsics.ts";
import { joinText, splitText } from "./text.ts";

export type HeadersInit = Headers | Record<string, string> | Iterable<[string, string]>;

/** The pairs, flat in one array: lower-case name, value, lower-case name, value. */
type Fields = string[];

export class Headers {
  #fields: Fields | undefined;
  /** The fields as the adapter sends them, in normal form, until the tenant asks for one. */
  #text = "";
  /** Whether the headers cannot be changed, such as those of a fetched response (Fetch, "guard"). */
  #immutable = false;

  constructor(init?: HeadersInit) {
    if (init === undefined || init === null) this.#fields = [];
    else if (typeof init !== "object") throw new TypeError("Headers: the argument is neither an object nor iterable");
    else if (#fields in init) this.#fields = copyOf((init as Headers).#parsed());
    else {
      this.#fields = [];
      fill(this, init);
    }
  }

  /** @internal */
  static fromText(text: string): Headers {
    const headers = new Headers();
    headers.#fields = undefined;
    headers.#text = text;
    return headers;
  }

  /** @internal The fields as the adapter takes them. */
  static toText(headers: Headers): string {
    const fields = headers.#fields;
    if (!fields) return headers.#text;
    return fields.length ? `${joinText(fields, "\n")}\n` : "";
  }

  /** @internal The fields in their order. A name occurs as often as it was appended. */
  static toPairs(headers: Headers): [string, string][] {
    const fields = headers.#parsed();
    const pairs: [string, string][] = [];
    for (let i = 0; i < fields.length; i += 2) define(pairs, pairs.length, [fields[i]!, fields[i + 1]!]);
    return pairs;
  }

  /** @internal */
  static fromPairs(pairs: readonly (readonly [string, string])[]): Headers {
    const headers = new Headers();
    const fields: Fields = [];
    for (let i = 0; i < pairs.length; i++) {
      define(fields, fields.length, pairs[i]![0]);
      define(fields, fields.length, pairs[i]![1]);
    }
    headers.#fields = fields;
    return headers;
  }

  /** @internal Appends a field, if there is none of this name. The name and the value must be valid and in normal form. */
  static complete(headers: Headers, name: string, value: string): void {
    const fields = headers.#parsed();
    for (let i = 0; i < fields.length; i += 2) if (fields[i] === name) return;
    const at = fields.length;
    fields[at] = name;
    fields[at + 1] = value;
  }

  /** @internal A copy, which parses its fields when it needs them. */
  static copy(headers: Headers): Headers {
    const copy = new Headers();
    copy.#immutable = headers.#immutable;
    if (headers.#fields) copy.#fields = copyOf(headers.#fields);
    else {
      copy.#fields = undefined;
      copy.#text = headers.#text;
    }
    return copy;
  }

  /** @internal */
  static is(value: unknown): value is Headers {
    return typeof value === "object" && value !== null && #fields in value;
  }

  #parsed(): Fields {
    if (this.#fields) return this.#fields;
    const fields = splitText(this.#text, "\n");
    fields.length--;
    this.#fields = fields;
    return fields;
  }

  /** @internal */
  static freeze(headers: Headers): Headers {
    headers.#immutable = true;
    return headers;
  }

  #refuseChange(): void {
    if (this.#immutable)
      throw new TypeError("These headers cannot be changed: copy them, new Response(body, response)");
  }

  append(name: string, value: string): void {
    if (this.#immutable) this.#refuseChange();
    const fields = this.#parsed();
    const key = nameOf(name);
    const text = valueText(value);
    const at = fields.length;
    fields[at] = key;
    fields[at + 1] = text;
  }

  set(name: string, value: string): void {
    if (this.#immutable) this.#refuseChange();
    const key = nameOf(name);
    const text = valueText(value);
    const fields = this.#parsed();
    for (let i = 0; i < fields.length; i += 2) {
      if (fields[i] !== key) continue;
      fields[i + 1] = text;
      this.#remove(key, i + 2);
      return;
    }
    const at = fields.length;
    fields[at] = key;
    fields[at + 1] = text;
  }

  delete(name: string): void {
    if (this.#immutable) this.#refuseChange();
    this.#remove(nameOf(name), 0);
  }

  #remove(key: string, from: number): void {
    const fields = this.#parsed();
    let to = from;
    for (let i = from; i < fields.length; i += 2) {
      if (fields[i] === key) continue;
      fields[to++] = fields[i]!;
      fields[to++] = fields[i + 1]!;
    }
    fields.length = to;
  }

  get(name: string): string | null {
    const key = nameOf(name);
    const fields = this.#parsed();
    let value: string | null = null;
    for (let i = 0; i < fields.length; i += 2) {
      if (fields[i] === key) value = value === null ? fields[i + 1]! : `${value}, ${fields[i + 1]}`;
    }
    return value;
  }

  has(name: string): boolean {
    const key = nameOf(name);
    const fields = this.#parsed();
    for (let i = 0; i < fields.length; i += 2) if (fields[i] === key) return true;
    return false;
  }

  getSetCookie(): string[] {
    const fields = this.#parsed();
    const values: string[] = [];
    for (let i = 0; i < fields.length; i += 2)
      if (fields[i] === "set-cookie") define(values, values.length, fields[i + 1]);
    return values;
  }

  /** The fields sorted by name. The values of a name are combined, except for `set-cookie` (Fetch, "sort and combine"). */
  #sorted(): [string, string][] {
    const fields = this.#parsed();
    const names: string[] = [];
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i]!;
      let at = 0;
      while (at < names.length && names[at]! < name) at++;
      if (names[at] === name && name !== "set-cookie") continue;
      while (names[at] === name) at++;
      for (let k = names.length; k > at; k--) names[k] = names[k - 1]!;
      names[at] = name;
    }
    const entries: [string, string][] = [];
    const cookies = this.getSetCookie();
    let cookie = 0;
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      define(entries, i, [name, name === "set-cookie" ? cookies[cookie++]! : this.get(name)!]);
    }
    return entries;
  }

  *entries(): IterableIterator<[string, string]> {
    const entries = this.#sorted();
    for (let i = 0; i < entries.length; i++) yield [entries[i]![0], entries[i]![1]];
  }

  *keys(): IterableIterator<string> {
    const entries = this.#sorted();
    for (let i = 0; i < entries.length; i++) yield entries[i]![0];
  }

  *values(): IterableIterator<string> {
    const entries = this.#sorted();
    for (let i = 0; i < entries.length; i++) yield entries[i]![1];
  }

  forEach(callback: (value: string, name: string, headers: Headers) => void, thisArgument?: unknown): void {
    const entries = this.#sorted();
    for (let i = 0; i < entries.length; i++) apply(callback, thisArgument, [entries[i]![1], entries[i]![0], this]);
  }

  declare [Symbol.iterator]: () => IterableIterator<[string, string]>;
  declare readonly [Symbol.toStringTag]: string;
}
iteratorPrototype(Headers, "entries", "Headers");

function fill(headers: Headers, init: HeadersInit): void {
  if (Symbol.iterator in init) {
    for (const pair of init as Iterable<[string, string]>) {
      const [name, value, ...rest] = pair;
      if (value === undefined || rest.length)
        throw new TypeError("Headers: each entry must be a pair of name and value");
      headers.append(name, value);
    }
    return;
  }
  const names = ownKeys(init);
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    if (isEnumerable(init, name)) headers.append(name, (init as Record<string, string>)[name]!);
  }
}

function copyOf(fields: Fields): Fields {
  const copy: Fields = [];
  for (let i = 0; i < fields.length; i++) copy[i] = fields[i]!;
  return copy;
}
