/**
 * The part of the fetch API that the guest examples use, for componentize-qjs, whose QuickJS has no fetch API. It is meant
 * for comparing a static component with a slim one. It is not complete: it has no streams, signals, forms or blobs.
 *
 * It is the bundle's first import, because it sets the globals.
 */
import { console } from "./console.js";
import { Headers, Request, Response } from "./fetch.js";
import { PlinthPromise, queueMicrotask } from "./promise.js";
import { crypto, random } from "./random.js";
import { TextDecoder, TextEncoder } from "./text.js";
import { clearTimeout, setInterval, setTimeout } from "./timers.js";
import { URL, URLSearchParams } from "./url.js";

Math.random = random;
Object.assign(globalThis, {
  clearInterval: clearTimeout,
  clearTimeout,
  console,
  crypto,
  Headers,
  // esbuild's helpers for async functions look up the global Promise at every call.
  Promise: PlinthPromise,
  queueMicrotask,
  Request,
  Response,
  setInterval,
  setTimeout,
  TextDecoder,
  TextEncoder,
  URL,
  URLSearchParams,
});
