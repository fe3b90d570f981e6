import { DOMException } from "./dom-exception.ts";

export const dataError = (text: string) => new DOMException(text, "DataError");
export const invalidAccess = (text: string) => new DOMException(text, "InvalidAccessError");
export const notSupported = (text: string) => new DOMException(text, "NotSupportedError");
export const operationError = (text: string) => new DOMException(text, "OperationError");
export const syntaxError = (text: string) => new DOMException(text, "SyntaxError");
