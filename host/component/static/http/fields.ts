/** The resource `fields` of `wasi:http/types`: header fields, with their values as bytes. */
import type { HeaderField } from "../../../protocol/contract.ts";

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

/** `header-error`, as jco's glue expects an error result: thrown. */
function headerError(tag: "invalid-syntax" | "forbidden" | "immutable"): never {
  throw { tag };
}

export class Fields {
  #entries: HeaderField[] = [];
  #isMutable = true;

  static fromList(entries: readonly HeaderField[]): Fields {
    const fields = new Fields();
    for (const [name, value] of entries) fields.append(name, value);
    return fields;
  }

  /** Fields that the host hands to the component, which cannot change them. */
  static ofHost(entries: readonly HeaderField[]): Fields {
    const fields = new Fields();
    fields.#entries = entries.filter(([name]) => !FORBIDDEN.has(name.toLowerCase()));
    return fields.frozen();
  }

  get(name: string): Uint8Array[] {
    const wanted = name.toLowerCase();
    return this.#entries.filter(([other]) => other.toLowerCase() === wanted).map(([, value]) => value);
  }

  has(name: string): boolean {
    return this.get(name).length > 0;
  }

  set(name: string, values: readonly Uint8Array[]): void {
    const fields = values.map((value) => checked(name, value));
    this.delete(name);
    this.#entries.push(...fields);
  }

  append(name: string, value: Uint8Array): void {
    if (!this.#isMutable) headerError("immutable");
    this.#entries.push(checked(name, value));
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
    const copy = new Fields();
    copy.#entries = [...this.#entries];
    return copy;
  }

  /** The same fields, which belong to a message from now on. */
  frozen(): Fields {
    this.#isMutable = false;
    return this;
  }
}

function checked(name: string, value: Uint8Array): HeaderField {
  if (!TOKEN.test(name) || value.some((byte) => byte === 0 || byte === 10 || byte === 13))
    headerError("invalid-syntax");
  if (FORBIDDEN.has(name.toLowerCase())) headerError("forbidden");
  // The bytes may be a view of the component's memory.
  return [name, value.slice()];
}
