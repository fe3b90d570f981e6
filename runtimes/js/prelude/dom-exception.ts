/** `DOMException` of Web IDL. */
import { defineProperty, tagged } from "./intrinsics.ts";

const codes: Record<string, number> = {
  IndexSizeError: 1,
  HierarchyRequestError: 3,
  WrongDocumentError: 4,
  InvalidCharacterError: 5,
  NoModificationAllowedError: 7,
  NotFoundError: 8,
  NotSupportedError: 9,
  InUseAttributeError: 10,
  InvalidStateError: 11,
  SyntaxError: 12,
  InvalidModificationError: 13,
  NamespaceError: 14,
  InvalidAccessError: 15,
  SecurityError: 18,
  NetworkError: 19,
  AbortError: 20,
  URLMismatchError: 21,
  QuotaExceededError: 22,
  TimeoutError: 23,
  InvalidNodeTypeError: 24,
  DataCloneError: 25,
};

export class DOMException extends Error {
  #name: string;

  constructor(message = "", options: string | { name?: string; cause?: unknown } = "Error") {
    super(`${message}`, typeof options === "object" && "cause" in options ? { cause: options.cause } : undefined);
    this.#name = `${typeof options === "object" ? (options.name ?? "Error") : options}`;
  }

  override get name(): string {
    return this.#name;
  }
  get code(): number {
    return codes[this.#name] ?? 0;
  }
}
tagged(DOMException, "DOMException");
for (const [name, code] of Object.entries(codes)) {
  const constant = name
    .replace(/Error$/, "")
    .replace(/(?<=[a-z])(?=[A-Z])/g, "_")
    .toUpperCase();
  for (const holder of [DOMException, DOMException.prototype])
    defineProperty(holder, `${constant}_ERR`, { value: code, enumerable: true });
}
