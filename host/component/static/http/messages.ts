/** Requests and responses of `wasi:http/types`. */
import type { TenantRequest } from "../../../protocol/contract.ts";
import { Pending } from "../pending.ts";
import { Pollable } from "../wasi-io.ts";
import { IncomingBody, OutgoingBody } from "./bodies.ts";
import type { HttpContext } from "./context.ts";
import type { ErrorCode } from "./error-code.ts";
import type { Fields } from "./fields.ts";

/** The variants `method` and `scheme`. */
type Method = { tag: string; val?: string };
export type Scheme = { tag: "HTTP" } | { tag: "HTTPS" } | { tag: "other"; val: string };
type Result<Value, Fault> = { tag: "ok"; val: Value } | { tag: "err"; val: Fault };

/** A response of an origin. */
interface Answer {
  readonly status: number;
  readonly fields: Fields;
  readonly body: Uint8Array;
}

const METHODS: ReadonlySet<string> = new Set([
  "get",
  "head",
  "post",
  "put",
  "delete",
  "connect",
  "options",
  "trace",
  "patch",
]);
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

function methodOf(name: string): Method {
  const tag = name.toLowerCase();
  return METHODS.has(tag) && name === name.toUpperCase() ? { tag } : { tag: "other", val: name };
}

function nameOf({ tag, val }: Method): string {
  return tag === "other" ? val! : tag.toUpperCase();
}

export class IncomingRequest {
  readonly #http: HttpContext;
  readonly #request: TenantRequest;
  readonly #url: URL;
  readonly #path: string;
  #body: IncomingBody | null;

  constructor(http: HttpContext, request: TenantRequest) {
    this.#http = http;
    this.#request = request;
    this.#url = new URL(request.uri);
    // The path stays as the client has written it. The class URL would change it.
    this.#path = request.uri.replace(/^[a-z]+:\/\/[^/?#]*/i, "");
    // The ingress counts the body, so nothing is given back here.
    this.#body = new IncomingBody(http, request.body, () => {});
  }

  method(): Method {
    return methodOf(this.#request.method);
  }
  pathWithQuery(): string {
    return this.#path;
  }
  scheme(): Scheme {
    return { tag: this.#url.protocol === "https:" ? "HTTPS" : "HTTP" };
  }
  authority(): string {
    return this.#url.host;
  }
  headers(): Fields {
    return this.#http.received(this.#request.headers);
  }
  /** Gives the body, only once. */
  consume(): IncomingBody {
    return takenOnce(this.#body, () => (this.#body = null));
  }
}

export class OutgoingResponse {
  readonly fields: Fields;
  readonly #body: OutgoingBody;
  #isGiven = false;
  status = 200;

  constructor(http: HttpContext, headers: Fields) {
    this.fields = headers.frozen();
    this.#body = new OutgoingBody(http);
  }

  statusCode(): number {
    return this.status;
  }
  setStatusCode(status: number): void {
    if (status < 100 || status > 599) throw undefined;
    this.status = status;
  }
  headers(): Fields {
    return this.fields.view();
  }
  body(): OutgoingBody {
    if (this.#isGiven) throw undefined;
    this.#isGiven = true;
    return this.#body;
  }

  /** The body's bytes; null if the component has begun the body and not finished it. */
  async bytes(): Promise<Uint8Array | null> {
    if (!this.#isGiven) return new Uint8Array(0);
    return this.#body.isFinished ? this.#body.finished : null;
  }
}

/** Takes the component's answer to the visitor's request. */
export class ResponseOutparam {
  answer: Result<OutgoingResponse, ErrorCode> | null = null;

  static set(param: ResponseOutparam, answer: Result<OutgoingResponse, ErrorCode>): void {
    param.answer = answer;
  }
}

export class OutgoingRequest {
  readonly fields: Fields;
  readonly #body: OutgoingBody;
  #isGiven = false;
  #method: Method = { tag: "get" };
  #path: string | undefined;
  #scheme: Scheme | undefined;
  #authority: string | undefined;

  constructor(http: HttpContext, headers: Fields) {
    this.fields = headers.frozen();
    this.#body = new OutgoingBody(http);
  }

  body(): OutgoingBody {
    if (this.#isGiven) throw undefined;
    this.#isGiven = true;
    return this.#body;
  }
  method(): Method {
    return this.#method;
  }
  setMethod(method: Method): void {
    if (!TOKEN.test(nameOf(method))) throw undefined;
    this.#method = method;
  }
  pathWithQuery(): string | undefined {
    return this.#path;
  }
  setPathWithQuery(path: string | undefined): void {
    this.#path = path;
  }
  scheme(): Scheme | undefined {
    return this.#scheme;
  }
  setScheme(scheme: Scheme | undefined): void {
    this.#scheme = scheme;
  }
  authority(): string | undefined {
    return this.#authority;
  }
  setAuthority(authority: string | undefined): void {
    this.#authority = authority;
  }
  headers(): Fields {
    return this.fields.view();
  }

  /** The request with its whole body, once the component has finished the body. @throws ErrorCode */
  async whole(): Promise<TenantRequest> {
    const uri = this.#uri();
    const body = this.#isGiven ? await this.#body.finished : new Uint8Array(0);
    if (this.#body.isTooLong) throw { tag: "HTTP-request-body-size", val: undefined } satisfies ErrorCode;
    return { method: nameOf(this.#method), uri, headers: this.fields.entries(), body };
  }

  /** Called when the request has been made, or cannot be made. */
  drop(): void {
    this.#body.drop();
    this.fields[Symbol.dispose]();
  }

  #uri(): string {
    const { tag } = this.#scheme ?? { tag: "HTTPS" };
    const path = this.#path === undefined || this.#path === "" ? "/" : this.#path;
    const uri = `${tag.toLowerCase()}://${this.#authority ?? ""}${path}`;
    const isAddress = tag !== "other" && this.#authority !== undefined && path.startsWith("/") && URL.canParse(uri);
    if (!isAddress) throw { tag: "HTTP-request-URI-invalid" } satisfies ErrorCode;
    return uri;
  }
}

/** The times that the component allows for a request, ns. The host's own limits hold, too. */
export class RequestOptions {
  #connect: bigint | undefined;
  #firstByte: bigint | undefined;
  #betweenBytes: bigint | undefined;

  connectTimeout(): bigint | undefined {
    return this.#connect;
  }
  setConnectTimeout(time: bigint | undefined): void {
    this.#connect = time;
  }
  firstByteTimeout(): bigint | undefined {
    return this.#firstByte;
  }
  setFirstByteTimeout(time: bigint | undefined): void {
    this.#firstByte = time;
  }
  betweenBytesTimeout(): bigint | undefined {
    return this.#betweenBytes;
  }
  setBetweenBytesTimeout(time: bigint | undefined): void {
    this.#betweenBytes = time;
  }
}

export class IncomingResponse {
  readonly #http: HttpContext;
  readonly #status: number;
  readonly #fields: Fields;
  #body: IncomingBody | null;
  /** Bytes that are held for the component. */
  #held: number;

  /** @param answer the answer, whose body has been counted as held */
  constructor(http: HttpContext, { status, fields, body }: Answer) {
    this.#http = http;
    this.#status = status;
    this.#fields = fields;
    this.#held = body.length;
    this.#body = new IncomingBody(http, body, () => this.#release());
  }

  status(): number {
    return this.#status;
  }
  headers(): Fields {
    return this.#fields.view();
  }
  consume(): IncomingBody {
    return takenOnce(this.#body, () => (this.#body = null));
  }

  [Symbol.dispose](): void {
    // A body that the component has taken lives on without the response.
    if (this.#body !== null) this.#release();
  }

  #release(): void {
    this.#http.held.release(this.#held);
    this.#held = 0;
  }
}

export class FutureIncomingResponse {
  readonly #http: HttpContext;
  readonly #pending: Pending<Result<IncomingResponse, ErrorCode>>;
  #isTaken = false;

  constructor(http: HttpContext, answer: Promise<Result<IncomingResponse, ErrorCode>>) {
    this.#http = http;
    this.#pending = new Pending(answer);
  }

  subscribe(): Pollable {
    return new Pollable(this.#http.calls, this.#pending);
  }

  get(): Result<Result<IncomingResponse, ErrorCode>, undefined> | undefined {
    const answer = this.#pending.value;
    if (answer === undefined) return undefined;
    if (this.#isTaken) return { tag: "err", val: undefined };
    this.#isTaken = true;
    return { tag: "ok", val: answer };
  }
}

function takenOnce<Body>(body: Body | null, take: () => void): Body {
  if (body === null) throw undefined;
  take();
  return body;
}
