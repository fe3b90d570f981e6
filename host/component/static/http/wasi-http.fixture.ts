/** Helps the tests of wasi:http: texts as bytes, the imports of a component, and errors as jco's glue gets them. */
import { hostCalls } from "../static.fixture.ts";
import type { OutgoingFetch } from "../types.ts";
import { HttpContext } from "./context.ts";
import type { Fields } from "./fields.ts";
import type { FutureIncomingResponse, OutgoingRequest, OutgoingResponse, RequestOptions } from "./messages.ts";
import { httpImports } from "./wasi-http.ts";

export const bytes = (text: string) => new TextEncoder().encode(text);
export const text = (of: Uint8Array) => new TextDecoder().decode(of);

export const nowhere: OutgoingFetch = async () => ({
  tag: "err",
  val: { code: "PLINTH_FETCH_FAILED", message: "no way" },
});

export interface Types {
  OutgoingRequest: new (headers: Fields) => OutgoingRequest;
  OutgoingResponse: new (headers: Fields) => OutgoingResponse;
}

/** The wasi:http of one instance, which may hold bodies of 1,000 bytes. */
export function freshHttp() {
  const calls = hostCalls({ bodyBytes: 1_000 });
  const http = new HttpContext(calls);
  return {
    calls,
    http,
    Fields: http.Fields as (new () => Fields) & typeof Fields,
    open: (fetch?: OutgoingFetch) => openImports(http, fetch),
  };
}

function openImports(http: HttpContext, fetch: OutgoingFetch = nowhere) {
  const imports = httpImports(http, fetch);
  const { handle } = imports["wasi:http/outgoing-handler"] as {
    handle(request: OutgoingRequest, options?: RequestOptions): FutureIncomingResponse;
  };
  return { ...(imports["wasi:http/types"] as Types), handle };
}

/** jco's glue gets an error result as a thrown value. */
export function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return { error };
  }
  return "nothing was thrown";
}
