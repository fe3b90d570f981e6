/** Puts the standard names into the global scope. */
import * as streams from "web-streams-polyfill";
import { AbortController, AbortSignal } from "./abort.ts";
import { Blob, File } from "./blob.ts";
import { Cache, CacheStorage, caches } from "./cache.ts";
import { console } from "./console.ts";
import { Crypto, crypto } from "./crypto.ts";
import { CryptoKey } from "./crypto-key.ts";
import { SubtleCrypto } from "./crypto-subtle.ts";
import { DOMException } from "./dom-exception.ts";
import { atob, btoa, TextDecoder, TextEncoder } from "./encoding.ts";
import { CustomEvent, ErrorEvent, Event, MessageEvent, PromiseRejectionEvent } from "./event.ts";
import { EventTarget } from "./event-target.ts";
import { ExecutionContext } from "./execution-context.ts";
import { fetch } from "./fetch.ts";
import { FormData } from "./form-data.ts";
import { Headers } from "./headers.ts";
import { installIntl } from "./intl.ts";
import { defineGlobal, functionName, platform, tagged } from "./intrinsics.ts";
import { installLocaleMethods } from "./locale-methods.ts";
import "./byte-texts.ts";
import "./error-stacks.ts";
import "./json.ts";
import "./language.ts";
import "./iterator-helpers.ts";
import "./random.ts";
import { KVNamespace } from "./kv.ts";
import { Request } from "./request.ts";
import { Response } from "./response.ts";
import { reportError, scopeFunctions } from "./scope.ts";
import { ExtendableEvent, FetchEvent } from "./service-worker.ts";
import { structuredClone } from "./structured-clone.ts";
import { addTimer, elapsed, removeTimer, wait } from "./timers.ts";
import { CompressionStream, DecompressionStream, TextDecoderStream, TextEncoderStream } from "./transform-streams.ts";
import { URL } from "./url.ts";
import { URLSearchParams } from "./url-search-params.ts";
import { shape } from "./web-idl.ts";

class Performance {
  now(): number {
    return elapsed();
  }
  get timeOrigin(): number {
    return $now() - elapsed();
  }
}
tagged(Performance, "Performance");
functionName(wait, "wait");

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
  ...scopeFunctions,
};

/** The classes, and the number of arguments that their constructors need. */
const classes: [type: { prototype: object }, name: string, needed: number][] = [
  [AbortController, "AbortController", 0],
  [AbortSignal, "AbortSignal", 0],
  [Blob, "Blob", 0],
  [Cache, "Cache", 0],
  [CacheStorage, "CacheStorage", 0],
  [CompressionStream, "CompressionStream", 1],
  [Crypto, "Crypto", 0],
  [CryptoKey, "CryptoKey", 0],
  [CustomEvent, "CustomEvent", 1],
  [DecompressionStream, "DecompressionStream", 1],
  [DOMException, "DOMException", 0],
  [ErrorEvent, "ErrorEvent", 1],
  [Event, "Event", 1],
  [EventTarget, "EventTarget", 0],
  [ExecutionContext, "ExecutionContext", 0],
  [ExtendableEvent, "ExtendableEvent", 1],
  [FetchEvent, "FetchEvent", 2],
  [File, "File", 2],
  [FormData, "FormData", 0],
  [Headers, "Headers", 0],
  [KVNamespace, "KVNamespace", 0],
  [MessageEvent, "MessageEvent", 1],
  [Performance, "Performance", 0],
  [PromiseRejectionEvent, "PromiseRejectionEvent", 2],
  [Request, "Request", 1],
  [Response, "Response", 0],
  [SubtleCrypto, "SubtleCrypto", 0],
  [TextDecoder, "TextDecoder", 0],
  [TextDecoderStream, "TextDecoderStream", 0],
  [TextEncoder, "TextEncoder", 0],
  [TextEncoderStream, "TextEncoderStream", 0],
  [URL, "URL", 1],
  [URLSearchParams, "URLSearchParams", 0],
];

for (const [name, value] of Object.entries(functions)) {
  functionName(value, name);
  defineGlobal(name, value);
}
for (const [type, name, needed] of classes) {
  shape(type, name, needed);
  defineGlobal(name, type);
}
for (const [name, type] of Object.entries(streams)) {
  functionName(type, name);
  platform.add(type.prototype);
  defineGlobal(name, type);
}
defineGlobal("scheduler", { wait });
defineGlobal("caches", caches);
defineGlobal("console", console);
defineGlobal("crypto", crypto);
installIntl();
installLocaleMethods();
defineGlobal("performance", new Performance());
defineGlobal("navigator", Object.freeze({ userAgent: "Plinth", language: "en", hardwareConcurrency: 1 }));
defineGlobal("self", globalThis);
