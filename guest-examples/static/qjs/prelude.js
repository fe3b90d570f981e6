/**
 * The part of the fetch API that the guest examples use, for componentize-qjs, whose QuickJS has none of it. It is meant
 * for comparing a static component with a slim one and is not complete: no streams, signals, forms or blobs.
 *
 * The bundle's first import: it sets the globals.
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
  // esbuild's helpers for async functions look it up at every call.
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
