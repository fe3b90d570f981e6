/**
 * `wasi:http` 0.2 for one instance: the visitor's request, the response, and requests to other servers by the host's fetch.
 * Bodies are whole in memory in both directions.
 */
import type { TenantRequest, TenantResponse } from "../../../protocol/contract.ts";
import { StaticComponentError } from "../errors.ts";
import type { OutgoingFetch } from "../types.ts";
import { FutureTrailers, IncomingBody, OutgoingBody } from "./bodies.ts";
import type { HttpContext } from "./context.ts";
import { type ErrorCode, errorCodeOf } from "./error-code.ts";
import type { Fields } from "./fields.ts";
import {
  FutureIncomingResponse,
  IncomingRequest,
  IncomingResponse,
  OutgoingRequest,
  OutgoingResponse,
  RequestOptions,
  ResponseOutparam,
} from "./messages.ts";

/** A component's export `wasi:http/incoming-handler`. */
export interface IncomingHandler {
  handle(request: IncomingRequest, answer: ResponseOutparam): Promise<void>;
}

/** The imports by jco's names for them. @param fetch makes the requests to other servers */
export function httpImports(http: HttpContext, fetch: OutgoingFetch): Record<string, object> {
  return {
    "wasi:http/types": {
      Fields: http.Fields,
      FutureIncomingResponse,
      FutureTrailers,
      IncomingBody,
      IncomingRequest,
      IncomingResponse,
      OutgoingBody,
      // Components make these resources without arguments, so the instance's context is bound here.
      OutgoingRequest: class extends OutgoingRequest {
        constructor(headers: Fields) {
          super(http, headers);
        }
      },
      OutgoingResponse: class extends OutgoingResponse {
        constructor(headers: Fields) {
          super(http, headers);
        }
      },
      RequestOptions,
      ResponseOutparam,
      httpErrorCode: () => undefined,
    },
    "wasi:http/outgoing-handler": {
      handle: (request: OutgoingRequest, options: RequestOptions | undefined) =>
        new FutureIncomingResponse(http, answerTo(request, options, http, fetch)),
    },
  };
}

/** Calls the component's handler with a visitor's request. @throws StaticComponentError "trap" if it gives no answer */
export async function handleBy(
  handler: IncomingHandler,
  request: TenantRequest,
  http: HttpContext,
): Promise<TenantResponse> {
  const outparam = new ResponseOutparam();
  await handler.handle(new IncomingRequest(http, request), outparam);
  const { answer } = outparam;
  if (answer === null) throw new StaticComponentError("trap", "The handler returned without a response.");
  if (answer.tag === "err") {
    throw new StaticComponentError("trap", `The handler gave an error for a response: ${JSON.stringify(answer.val)}`);
  }
  const response = answer.val;
  const body = await response.bytes();
  if (body === null) throw new StaticComponentError("trap", "The handler returned before its body was finished.");
  return { status: response.status, headers: response.fields.entries(), body };
}

async function answerTo(
  request: OutgoingRequest,
  options: RequestOptions | undefined,
  http: HttpContext,
  fetch: OutgoingFetch,
): Promise<{ tag: "ok"; val: IncomingResponse } | { tag: "err"; val: ErrorCode }> {
  try {
    const { uri: url, ...rest } = await request.whole();
    const answered = fetch({ ...rest, url, redirect: "manual" });
    const answer = await within(answered, options?.firstByteTimeout());
    if (answer.tag === "err") return { tag: "err", val: errorCodeOf(answer.val) };
    const { status, headers, body } = answer.val;
    if (!http.held.tryTake(body.length)) return { tag: "err", val: { tag: "HTTP-response-body-size", val: undefined } };
    return { tag: "ok", val: new IncomingResponse(http, { status, fields: http.received(headers), body }) };
  } catch (error) {
    const isCode = typeof error === "object" && error !== null && "tag" in error;
    return { tag: "err", val: isCode ? (error as ErrorCode) : { tag: "internal-error", val: String(error) } };
  } finally {
    request.drop();
  }
}

/** @param time the longest time, ns @throws ErrorCode if the work takes longer */
async function within<Value>(work: Promise<Value>, time: bigint | undefined): Promise<Value> {
  if (time === undefined) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const ms = Math.min(Number(time / 1_000_000n), 2 ** 31 - 1);
  const timer = setTimeout(() => reject({ tag: "HTTP-response-timeout" } satisfies ErrorCode), ms).unref();
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
