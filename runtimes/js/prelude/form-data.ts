/** `FormData`, and the two formats of forms in bodies (RFC 7578, and the form encoding of the URL standard). */
import { Blob, File } from "./blob.ts";
import { extended, parametersOf } from "./form-parameters.ts";
import { apply, iteratorPrototype, toLowerCase } from "./intrinsics.ts";
import { randomUuid } from "./random.ts";
import { decodeUtf8, encodeUtf8 } from "./text.ts";
import { URLSearchParams } from "./url-search-params.ts";

export type FormDataEntry = string | File;

export class FormData {
  #entries: [string, FormDataEntry][] = [];

  append(name: string, value: string | Blob, fileName?: string): void {
    this.#entries.push([`${name}`, entryOf(value, fileName)]);
  }

  set(name: string, value: string | Blob, fileName?: string): void {
    const key = `${name}`;
    const at = this.#entries.findIndex((entry) => entry[0] === key);
    const entry: [string, FormDataEntry] = [key, entryOf(value, fileName)];
    if (at < 0) this.#entries.push(entry);
    else this.#entries = this.#entries.filter((other, i) => i <= at || other[0] !== key).with(at, entry);
  }

  delete(name: string): void {
    this.#entries = this.#entries.filter((entry) => entry[0] !== `${name}`);
  }

  get(name: string): FormDataEntry | null {
    return this.#entries.find((entry) => entry[0] === `${name}`)?.[1] ?? null;
  }

  getAll(name: string): FormDataEntry[] {
    return this.#entries.filter((entry) => entry[0] === `${name}`).map((entry) => entry[1]);
  }

  has(name: string): boolean {
    return this.#entries.some((entry) => entry[0] === `${name}`);
  }

  *entries(): IterableIterator<[string, FormDataEntry]> {
    for (const [name, value] of this.#entries) yield [name, value];
  }
  *keys(): IterableIterator<string> {
    for (const [name] of this.#entries) yield name;
  }
  *values(): IterableIterator<FormDataEntry> {
    for (const [, value] of this.#entries) yield value;
  }

  forEach(callback: (value: FormDataEntry, name: string, form: FormData) => void, thisArgument?: unknown): void {
    for (const [name, value] of this.#entries) apply(callback, thisArgument, [value, name, this]);
  }

  declare [Symbol.iterator]: () => IterableIterator<[string, FormDataEntry]>;
}
iteratorPrototype(FormData, "entries", "FormData");

function entryOf(value: string | Blob, fileName: string | undefined): FormDataEntry {
  if (!(value instanceof Blob)) return `${value}`;
  if (value instanceof File && fileName === undefined) return value;
  return new File([value], fileName ?? "blob", { type: value.type });
}

const escapeName = (name: string): string => name.replace(/\r\n|\r|\n/g, "%0D%0A").replace(/"/g, "%22");

/** Writes a form as multipart/form-data. */
export function multipartOf(form: FormData): { content: ArrayBuffer; type: string } {
  const boundary = `----plinth-${randomUuid()}`;
  const parts: (string | Blob)[] = [];
  for (const [name, value] of form.entries()) {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(name)}"`;
    if (typeof value === "string") parts.push(`${head}\r\n\r\n${value.replace(/\r\n|\r|\n/g, "\r\n")}\r\n`);
    else {
      const type = value.type || "application/octet-stream";
      parts.push(`${head}; filename="${escapeName(value.name)}"\r\nContent-Type: ${type}\r\n\r\n`, value, "\r\n");
    }
  }
  parts.push(`--${boundary}--\r\n`);
  return { content: Blob.bytes(new Blob(parts)).buffer, type: `multipart/form-data; boundary=${boundary}` };
}

/** @throws TypeError if the body is no form of its content type */
export function formDataOf(body: ArrayBuffer, contentType: string): FormData {
  const form = new FormData();
  if (/^\s*application\/x-www-form-urlencoded/i.test(contentType)) {
    for (const [name, value] of new URLSearchParams(decodeUtf8(body).text)) form.append(name, value);
    return form;
  }
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  if (!boundary) throw new TypeError("The form's content type has no boundary");
  // The text has a character for each byte, so that indexOf finds byte sequences.
  const bytes = new Uint8Array(body);
  const text = latin1(bytes);
  const delimiter = `--${latin1(new Uint8Array(encodeUtf8(boundary[1] ?? boundary[2]!)))}`;
  let at = text.indexOf(delimiter);
  if (at < 0) throw new TypeError("The form's body does not hold its boundary");
  for (;;) {
    at += delimiter.length;
    if (text.startsWith("--", at)) return form;
    const headStart = text.indexOf("\r\n", at) + 2;
    const headEnd = text.indexOf("\r\n\r\n", headStart - 2);
    const end = text.indexOf(`\r\n${delimiter}`, headEnd + 2);
    if (headStart < 2 || headEnd < 0 || end < 0) throw new TypeError("The form's body is cut off");
    addPart(form, text.slice(headStart, headEnd), body.slice(headEnd + 4, Math.max(end, headEnd + 4)));
    at = end + 2;
  }
}

function addPart(form: FormData, head: string, content: ArrayBuffer): void {
  let parameters: Map<string, string> | undefined;
  let type = "text/plain";
  for (const line of utf8Of(head).split("\r\n")) {
    const colon = line.indexOf(":");
    const field = toLowerCase(line.slice(0, colon).trim());
    const value = line.slice(colon + 1).trim();
    if (field === "content-type") type = value;
    if (field === "content-disposition") parameters = parametersOf(value);
  }
  const name = parameters?.get("name");
  if (name === undefined) throw new TypeError("A part of the form has no name");
  const fileName = extended(parameters!.get("filename*")) ?? parameters!.get("filename");
  if (fileName === undefined) form.append(name, withoutMark(decodeUtf8(content).text));
  else form.append(name, new File([content], fileName, { type }));
}

function withoutMark(text: string): string {
  return text[0] === "\uFEFF" ? text.slice(1) : text;
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return text;
}

function utf8Of(byteString: string): string {
  const bytes = new Uint8Array(byteString.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = byteString.charCodeAt(i);
  return decodeUtf8(bytes.buffer).text;
}
