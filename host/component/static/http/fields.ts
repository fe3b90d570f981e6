/** The resource `fields` of `wasi:http/types`: header fields, with their values as bytes. */
import type { HeaderField } from "../../../protocol/contract.ts";
import type { HeldBytes } from "./held-bytes.ts";

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Fields of a connection, which are the host's alone. A component can neither set nor see them. */
const FORBIDDEN: ReadonlySet<string> = new Set([
  "connection",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** Throws a `header-error`, because jco's glue expects an error result as a thrown value. */
function headerError(tag: "invalid-syntax" | "forbidden" | "immutable"): never {
  throw { tag };
}

/** Bytes that a field takes in memory beside its text. */
const FIELD_BYTES = 100;

export class Fields {
  readonly #held: HeldBytes;
  #bytes = 0;
  #entries: HeaderField[] = [];
  #isMutable = true;

  /** @param held counts the fields that the component makes */
  constructor(held: HeldBytes) {
    this.#held = held;
  }

  /** @param this the class `fields` of an instance, which counts the bytes that the instance holds */
  static fromList(this: new () => Fields, entries: readonly HeaderField[]): Fields {
    const fields = new this();
    for (const [name, value] of entries) fields.append(name, value);
    return fields;
  }

  get(name: string): Uint8Array[] {
    const wanted = name.toLowerCase();
    return this.#entries.filter(([other]) => other.toLowerCase() === wanted).map(([, value]) => value);
  }

  has(name: string): boolean {
    return this.get(name).length > 0;
  }

  set(name: string, values: readonly Uint8Array[]): void {
    for (const value of values) check(name, value);
    this.delete(name);
    for (const value of values) this.#add(name, value);
  }

  append(name: string, value: Uint8Array): void {
    if (!this.#isMutable) headerError("immutable");
    check(name, value);
    this.#add(name, value);
  }

  delete(name: string): void {
    if (!this.#isMutable) headerError("immutable");
    if (!TOKEN.test(name)) headerError("invalid-syntax");
    const unwanted = name.toLowerCase();
    if (FORBIDDEN.has(unwanted)) headerError("forbidden");
    this.#entries = this.#entries.filter(([other]) => other.toLowerCase() !== unwanted);
  }

  entries(): HeaderField[] {
    return this.#entries;
  }

  /** A copy that can be changed. */
  clone(): Fields {
    const copy = this.#another();
    for (const [name, value] of this.#entries) copy.#add(name, value);
    return copy;
  }

  /** The same fields, which belong to a message from now on. */
  frozen(): Fields {
    this.#isMutable = false;
    return this;
  }

  /** The same entries for another handle, which takes no memory of its own. */
  view(): Fields {
    return this.viewOf(this.#entries);
  }

  /** Fields of the host, which the component cannot change. */
  viewOf(entries: readonly HeaderField[]): Fields {
    const view = this.#another();
    view.#entries = entries.filter(([name]) => !FORBIDDEN.has(name.toLowerCase()));
    return view.frozen();
  }

  /** The component has dropped its handle. */
  [Symbol.dispose](): void {
    this.#held.release(this.#bytes);
    this.#bytes = 0;
  }

  /** Handles are instances of one class for each component instance: jco's glue checks that. */
  #another(): Fields {
    return new (this.constructor as new () => Fields)();
  }

  #add(name: string, value: Uint8Array): void {
    const bytes = FIELD_BYTES + name.length + value.length;
    this.#held.take(bytes);
    this.#bytes += bytes;
    // The bytes are copied, because they may be a view of the component's memory.
    this.#entries.push([name, value.slice()]);
  }
}

function check(name: string, value: Uint8Array): void {
  if (!TOKEN.test(name) || value.some((byte) => byte === 0 || byte === 10 || byte === 13))
    headerError("invalid-syntax");
  if (FORBIDDEN.has(name.toLowerCase())) headerError("forbidden");
}
