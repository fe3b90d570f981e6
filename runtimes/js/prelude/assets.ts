/** The static files of the tenant's version, as Workers have them in `env.ASSETS` (docs/reference/assets.md). */
import { callBinding } from "./bindings.ts";
import { Headers } from "./headers.ts";
import { tagged } from "./intrinsics.ts";
import { Request, type RequestInit } from "./request.ts";
import { type FetchedHead, Response } from "./response.ts";
import type { URL } from "./url.ts";

const made = Symbol();

export class Assets {
  constructor(mark?: unknown) {
    if (mark !== made) throw new TypeError("Illegal constructor");
  }

  /** @internal */
  static make(): Assets {
    return new Assets(made);
  }

  /** Answers as the host does for a visitor. The host of the URL does not matter. */
  async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const { method, url, headers } = new Request(input, init ?? {});
    const named = { method, url, headers: Headers.toPairs(headers) };
    const { value, body } = await callBinding("assets", "fetch", named);
    return Response.fetched(value as FetchedHead, body);
  }
}
tagged(Assets, "Fetcher");
