/** The Cache API, as Workers have it, over the host's binding (docs/reference/cache.md). */
import { callBinding } from "./bindings.ts";
import { Body, bytesOf } from "./body.ts";
import { Headers } from "./headers.ts";
import { tagged } from "./intrinsics.ts";
import { Request } from "./request.ts";
import { type FetchedHead, Response } from "./response.ts";
import type { URL } from "./url.ts";

interface QueryOptions {
  ignoreMethod?: boolean;
  ignoreSearch?: boolean;
  ignoreVary?: boolean;
}

const made = Symbol();

export class Cache {
  readonly #name: string;

  constructor(name: string, mark?: unknown) {
    if (mark !== made) throw new TypeError("Illegal constructor");
    this.#name = name;
  }

  async match(request: string | URL | Request, options?: QueryOptions): Promise<Response | undefined> {
    const { value, body } = await callBinding("cache", "match", this.#query(request, options));
    if (value === null) return undefined;
    return Response.cached(value as Pick<FetchedHead, "status" | "statusText" | "headers">, body);
  }

  async put(request: string | URL | Request, response: Response): Promise<void> {
    const asked = this.#named(request);
    if (!Response.is(response)) throw new TypeError("The second argument is not a Response");
    if (asked.method !== "GET") throw new TypeError(`A cache keeps answers to GET, not to ${asked.method}`);
    const { status, statusText, headers } = response;
    if (status === 206) throw new TypeError("A cache keeps whole responses, not those of status 206");
    const responseFields = Headers.toPairs(headers);
    for (let i = 0; i < responseFields.length; i++) {
      if (responseFields[i]![0] === "vary" && responseFields[i]![1].trim() === "*") {
        throw new TypeError("A response with Vary: * cannot be cached: no request is like another one");
      }
    }
    const body = await bytesOf(Body.take(response));
    await callBinding("cache", "put", { ...asked, status, statusText, responseFields }, { body });
  }

  async delete(request: string | URL | Request, options?: QueryOptions): Promise<boolean> {
    return (await callBinding("cache", "delete", this.#query(request, options))).value as boolean;
  }

  #query(request: string | URL | Request, options: QueryOptions = {}): object {
    const { ignoreMethod, ignoreSearch, ignoreVary } = options;
    const how = { ignoreMethod: !!ignoreMethod, ignoreSearch: !!ignoreSearch, ignoreVary: !!ignoreVary };
    return { ...this.#named(request), ...how };
  }

  #named(input: string | URL | Request) {
    const { method, url, headers } = Request.is(input) ? input : new Request(input);
    if (!url.startsWith("http:") && !url.startsWith("https:")) {
      throw new TypeError(`A cache keeps responses of http: and https:, not of ${url}`);
    }
    return { cache: this.#name, method, url, fields: Headers.toPairs(headers) };
  }
}

export class CacheStorage {
  readonly default: Cache;

  constructor(mark?: unknown) {
    if (mark !== made) throw new TypeError("Illegal constructor");
    this.default = new Cache("", made);
  }

  async open(name: string): Promise<Cache> {
    return new Cache(`${name}`, made);
  }
}
tagged(Cache, "Cache");
tagged(CacheStorage, "CacheStorage");

export const caches = new CacheStorage(made);
