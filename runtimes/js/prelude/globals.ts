/** Puts the standard names into the global scope. */
import { AbortController, AbortSignal, reportErrors } from "./abort.ts";
import { Blob, File } from "./blob.ts";
import { console } from "./console.ts";
import { Crypto, crypto } from "./crypto.ts";
import { CryptoKey } from "./crypto-key.ts";
import { SubtleCrypto } from "./crypto-subtle.ts";
import { atob, btoa, TextDecoder, TextEncoder } from "./encoding.ts";
import { CustomEvent, DOMException, Event, EventTarget } from "./events.ts";
import { ExecutionContext } from "./execution-context.ts";
import { describe } from "./failure.ts";
import { fetch } from "./fetch.ts";
import { FormData } from "./form-data.ts";
import { Headers } from "./headers.ts";
import { installIntl } from "./intl.ts";
import { defineGlobal, defineProperty, tagged } from "./intrinsics.ts";
import { installLocaleMethods } from "./locale-methods.ts";
import "./error-stacks.ts";
import "./json.ts";
import "./language.ts";
import "./random.ts";
import { KVNamespace } from "./kv.ts";
import { Request } from "./request.ts";
import { Response } from "./response.ts";
import {
  ByteLengthQueuingStrategy,
  CountQueuingStrategy,
  ReadableStream,
  TransformStream,
  WritableStream,
} from "./streams.ts";
import { structuredClone } from "./structured-clone.ts";
import { log } from "./text.ts";
import { addTimer, elapsed, removeTimer, reportTimerErrors } from "./timers.ts";
import { URL } from "./url.ts";
import { URLSearchParams } from "./url-search-params.ts";

const reportError = (error: unknown): void => log(3, describe(error));
reportErrors(reportError);
reportTimerErrors(reportError);

class Performance {
  now(): number {
    return elapsed();
  }
  get timeOrigin(): number {
    return $now() - elapsed();
  }
}
tagged(Performance, "Performance");

const resolved = Promise.resolve();
const functions = {
  setTimeout: (callback: unknown, delay?: unknown, ...values: unknown[]) =>
    addTimer("setTimeout", callback, delay, values, false),
  setInterval: (callback: unknown, delay?: unknown, ...values: unknown[]) =>
    addTimer("setInterval", callback, delay, values, true),
  clearTimeout: (id?: unknown) => removeTimer(id),
  clearInterval: (id?: unknown) => removeTimer(id),
  queueMicrotask: (callback: unknown) => {
    if (typeof callback !== "function") throw new TypeError("queueMicrotask: the argument is not a function");
    resolved.then(callback as () => void).then(undefined, reportError);
  },
  structuredClone,
  atob,
  btoa,
  reportError,
  fetch,
};

const classes = {
  AbortController,
  AbortSignal,
  Blob,
  ByteLengthQueuingStrategy,
  CountQueuingStrategy,
  Crypto,
  CryptoKey,
  CustomEvent,
  DOMException,
  Event,
  EventTarget,
  ExecutionContext,
  File,
  FormData,
  Headers,
  KVNamespace,
  Performance,
  ReadableStream,
  Request,
  Response,
  SubtleCrypto,
  TextDecoder,
  TextEncoder,
  TransformStream,
  URL,
  URLSearchParams,
  WritableStream,
};

for (const [name, value] of Object.entries({ ...functions, ...classes })) {
  // The bundler may have given a class another name.
  defineProperty(value, "name", { value: name, configurable: true });
  defineGlobal(name, value);
}
defineGlobal("console", console);
defineGlobal("crypto", crypto);
installIntl();
installLocaleMethods();
defineGlobal("performance", new Performance());
defineGlobal("navigator", Object.freeze({ userAgent: "Plinth", language: "en", hardwareConcurrency: 1 }));
defineGlobal("self", globalThis);
