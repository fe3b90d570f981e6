/** The text of values in the log, close to Node's util.inspect. */
import { Blob, File } from "./blob.ts";
import { FormData } from "./form-data.ts";
import { Headers } from "./headers.ts";
import { Request } from "./request.ts";
import { Response } from "./response.ts";
import { URL } from "./url.ts";
import { URLSearchParams } from "./url-search-params.ts";

const maxDepth = 2;
const maxItems = 100;
const maxLength = 10_000;
const lineWidth = 76;

export function inspect(value: unknown, depth = 0, seen: object[] = []): string {
  switch (typeof value) {
    case "string":
      return depth === 0 && seen.length === 0 ? `Uncaught ${quote(value)}` : quote(value);
    case "bigint":
      return `${value}n`;
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "function":
      return functionName(value);
    case "object":
      return value === null ? "null" : inspectObject(value, depth, seen);
    default:
      return String(value);
  }
}

/** The text of an argument of console.log. A string is printed as it is. */
export function display(value: unknown): string {
  return typeof value === "string" ? value : inspectSafe(value);
}

export function inspectSafe(value: unknown): string {
  try {
    return typeof value === "string" ? quote(value) : inspect(value);
  } catch (error) {
    return `[cannot be printed: ${String(error)}]`;
  }
}

function quote(text: string): string {
  const cut =
    text.length > maxLength ? `${text.slice(0, maxLength)}... ${text.length - maxLength} more characters` : text;
  if (!cut.includes("'")) return `'${escaped(cut)}'`;
  return cut.includes('"') ? `'${escaped(cut).replaceAll("'", "\\'")}'` : `"${escaped(cut)}"`;
}

function escaped(text: string): string {
  return text.replace(/[\\\n\r\t]/g, (char) => ({ "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" })[char]!);
}

function functionName(value: { readonly name: string }): string {
  const kind = /^class\b/.test(Function.prototype.toString.call(value)) ? "class" : "Function";
  const { name } = value;
  if (kind === "class") return `[class ${name || "(anonymous)"}]`;
  return name ? `[Function: ${name}]` : "[Function (anonymous)]";
}

/** "TypeError: message" and the frames below it. */
function errorText(error: Error): string {
  const { stack } = error;
  if (typeof stack === "string" && stack !== "") return stack;
  return error.message === "" ? `[${error.name}]` : `[${error.name}: ${error.message}]`;
}

function inspectError(error: Error, depth: number, seen: object[]): string {
  let text = errorText(error);
  const extra = Object.keys(error).filter(
    (key) => key !== "stack" && key !== "message" && key !== "name" && key !== "cause" && key !== "errors",
  );
  if (extra.length) {
    text += ` ${group(
      "{",
      extra.map(
        (key) =>
          `${keyName(key)}: ${inspect((error as unknown as Record<string, unknown>)[key], depth + 1, [...seen, error])}`,
      ),
      "}",
      depth,
    )}`;
  }
  if (depth < 4 && error.cause !== undefined && !seen.includes(error)) {
    text += `\n[cause]: ${inspect(error.cause, depth + 1, [...seen, error])}`;
  }
  if (error instanceof AggregateError && depth < 4) {
    for (const inner of error.errors) text += `\n[error]: ${inspect(inner, depth + 1, [...seen, error])}`;
  }
  return text;
}

const keyName = (key: PropertyKey): string =>
  typeof key === "symbol"
    ? `[${String(key)}]`
    : /^[A-Za-z_$][\w$]*$/.test(String(key))
      ? String(key)
      : quote(String(key));

function inspectObject(value: object, depth: number, seen: object[]): string {
  if (seen.includes(value)) return "[Circular]";
  if (value instanceof Error) return inspectError(value, depth, seen);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (value instanceof Promise) return "Promise {}";
  if (value instanceof WeakMap || value instanceof WeakSet) return `${nameOf(value)} {}`;
  if (value instanceof Boolean || value instanceof Number || value instanceof String) {
    return `[${nameOf(value)}: ${inspect(value.valueOf(), depth + 1, [...seen, value])}]`;
  }
  if (value instanceof URL) return `URL { href: ${quote(value.href)} }`;
  if (value instanceof File)
    return `File { name: ${quote(value.name)}, size: ${value.size}, type: ${quote(value.type)} }`;
  if (value instanceof Blob) return `Blob { size: ${value.size}, type: ${quote(value.type)} }`;
  if (value instanceof ArrayBuffer) return `ArrayBuffer { byteLength: ${value.byteLength} }`;
  const name = nameOf(value);
  if (depth > maxDepth) return Array.isArray(value) ? "[Array]" : `[${name}]`;
  const inside = [...seen, value];
  const show = (item: unknown): string => inspect(item, depth + 1, inside);

  if (Array.isArray(value)) return group("[", limited(value, show), "]", depth, true);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const array = value as Uint8Array;
    return group(`${name}(${array.length}) [`, limited(array as unknown as unknown[], show), "]", depth, true);
  }
  if (value instanceof Map) {
    return group(
      `Map(${value.size}) {`,
      limited([...value], ([key, item]) => `${show(key)} => ${show(item)}`),
      "}",
      depth,
    );
  }
  if (value instanceof Set) return group(`Set(${value.size}) {`, limited([...value], show), "}", depth);
  if (value instanceof Headers || value instanceof FormData || value instanceof URLSearchParams) {
    const entries = [...(value as Iterable<[string, unknown]>)];
    return group(
      `${name} {`,
      limited(entries, ([key, item]) => `${quote(key)} => ${show(item)}`),
      "}",
      depth,
    );
  }
  if (value instanceof Request) {
    return group(
      "Request {",
      [`method: ${quote(value.method)}`, `url: ${quote(value.url)}`, `headers: ${show(value.headers)}`],
      "}",
      depth,
    );
  }
  if (value instanceof Response) {
    return group("Response {", [`status: ${value.status}`, `headers: ${show(value.headers)}`], "}", depth);
  }
  const keys: PropertyKey[] = [...Object.keys(value), ...Object.getOwnPropertySymbols(value)].filter((key) =>
    Object.prototype.propertyIsEnumerable.call(value, key),
  );
  const parts = limited(keys, (key) => {
    const descriptor = Object.getOwnPropertyDescriptor(value, key)!;
    const text = descriptor.get
      ? descriptor.set
        ? "[Getter/Setter]"
        : "[Getter]"
      : descriptor.set
        ? "[Setter]"
        : show(descriptor.value);
    return `${keyName(key)}: ${text}`;
  });
  return group(name === "Object" ? "{" : `${name} {`, parts, "}", depth);
}

function nameOf(value: object): string {
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null;
  if (prototype === null) return "[Object: null prototype]";
  const name = prototype.constructor?.name;
  return typeof name === "string" && name !== "" ? name : "Object";
}

function limited<T>(items: ArrayLike<T> & Iterable<T>, show: (item: T) => string): string[] {
  const parts: string[] = [];
  for (let i = 0; i < items.length && i < maxItems; i++) parts.push(show(items[i]!));
  if (items.length > maxItems) parts.push(`... ${items.length - maxItems} more items`);
  return parts;
}

function group(open: string, parts: string[], close: string, depth: number, array = false): string {
  if (parts.length === 0) return array || !open.endsWith(" {") ? `${open}${close}` : `${open}${close}`;
  const single = parts.join(", ");
  if (single.length + open.length < lineWidth && !single.includes("\n")) return `${open} ${single} ${close}`;
  const indent = "  ".repeat(depth + 1);
  return `${open}\n${parts.map((part) => indent + part).join(",\n")}\n${"  ".repeat(depth)}${close}`;
}
