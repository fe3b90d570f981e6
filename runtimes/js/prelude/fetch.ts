/** `fetch` over the host's binding (docs/reference/fetch.md). Bodies are whole in both directions. */
import { callBinding, type Reply } from "./bindings.ts";
import { Body, bytesOf } from "./body.ts";
import { readDataUrl } from "./data-url.ts";
import { Headers } from "./headers.ts";
import { defineProperty } from "./intrinsics.ts";
import { phase } from "./phase.ts";
import { Request, type RequestInit } from "./request.ts";
import { type FetchedHead, Response } from "./response.ts";
import type { URL } from "./url.ts";

export async function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  if (!phase.serving) {
    throw new TypeError("fetch cannot be called while the module loads: call it in the handler");
  }
  const request = new Request(input, init ?? {});
  const { method, url, redirect, signal } = request;
  signal.throwIfAborted();
  if (url.startsWith("data:")) return fetchData(method, url);
  const body = await bytesOf(Body.take(request));
  signal.throwIfAborted();
  let reply: Reply;
  try {
    reply = await callBinding(
      "fetch",
      "fetch",
      { method, url, redirect, headers: Headers.toPairs(request.headers) },
      { body, onWait: (cancel) => signal.addEventListener("abort", () => cancel(signal.reason)) },
    );
  } catch (error) {
    throw signal.aborted ? error : failure(error as Error & { code?: string });
  }
  return Response.fetched(reply.value as FetchedHead, reply.body);
}

function fetchData(method: string, url: string): Response {
  const { type, body } = readDataUrl(url);
  const head = { status: 200, statusText: "OK", headers: [["content-type", type] as [string, string]], url };
  return Response.fetched({ ...head, redirected: false }, method === "HEAD" ? new ArrayBuffer(0) : body);
}

/** A failed fetch is a TypeError (Fetch, "fetch method"). Its code, which the host gives, says how the fetch failed. */
function failure(cause: Error & { code?: string }): TypeError {
  const error = new TypeError(cause.message, { cause });
  if (cause.code !== undefined) {
    defineProperty(error, "code", { value: cause.code, writable: true, enumerable: true, configurable: true });
  }
  return error;
}
