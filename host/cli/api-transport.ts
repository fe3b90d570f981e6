/** Sends requests to the admin API, and says why one has no answer. */
import { setTimeout as sleep } from "node:timers/promises";
import { PlinthError, plinthError } from "../errors.ts";
import { ApiError } from "./api-error.ts";
import type { Connection } from "./connection.ts";

export interface ApiRequest {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** The query's parameters. Undefined ones are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly json?: unknown;
  readonly upload?: Upload;
  readonly signal?: AbortSignal;
}

interface Upload {
  readonly bytes: Uint8Array;
  readonly type: "application/wasm" | "application/octet-stream";
  /** Told how many bytes have been handed to the network. */
  readonly onProgress?: ((sent: number) => void) | undefined;
}

/** The most retries of a call beyond its token's rate. Each comes after the time that the host names. */
const RATE_RETRIES = 10;
/** The longest wait before a retry, seconds. */
const LONGEST_RETRY_SECONDS = 60;

/** Bytes of an upload between two reports of its progress. */
const UPLOAD_PIECE = 64 * 1024;

export class ApiTransport {
  readonly admin: string;
  readonly #token: string;

  constructor(connection: Connection) {
    this.admin = connection.admin;
    this.#token = connection.token;
  }

  /**
   * @param path the path, whose parts are percent-encoded; see `apiPath`
   * @returns the answer's JSON; undefined for one without a body
   * @throws ApiError with the host's answer, PLINTH_ADMIN_UNREACHABLE if no Plinth host answers
   */
  async call<Result>(path: string, request: ApiRequest = {}): Promise<Result> {
    const response = await this.send(path, request);
    if (response.status === 204) return undefined as Result;
    return this.#parse(response, await this.#text(response)) as Result;
  }

  /** Gives the items of a list, page by page to its end. @throws as `call` */
  async pages<Page extends { readonly next: string | null }, Item>(
    path: string,
    itemsOf: (page: Page) => readonly Item[],
  ): Promise<readonly Item[]> {
    const all: Item[] = [];
    let after: string | undefined;
    do {
      const page: Page = await this.call(path, { query: { limit: 1000, after } });
      for (const item of itemsOf(page)) all.push(item);
      after = page.next ?? undefined;
    } while (after !== undefined);
    return all;
  }

  /** Gives the answer of a call that succeeds. A call beyond the token's rate waits and is made again. @throws as `call` */
  async send(path: string, request: ApiRequest = {}): Promise<Response> {
    for (let retries = 0; ; retries++) {
      const response = await this.#send(path, request);
      if (response.ok) return response;
      const error = this.#errorOf(response, await this.#text(response));
      const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
      const isRate = error instanceof ApiError && error.code === "PLINTH_ADMIN_RATE";
      if (!isRate || retries === RATE_RETRIES || !(seconds <= LONGEST_RETRY_SECONDS)) throw error;
      await sleep(seconds * 1000, undefined, request.signal === undefined ? {} : { signal: request.signal });
    }
  }

  async #send(path: string, request: ApiRequest): Promise<Response> {
    const url = new URL(this.admin + path);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    try {
      return await fetch(url, this.#init(request));
    } catch (error) {
      const reason = reasonOf(error);
      const cut = request.upload !== undefined && (reason === "EPIPE" || reason === "ECONNRESET");
      const where = cut ? " in the middle of an upload, which may be larger than the host takes" : "";
      throw this.#unreachable(reason + where, error);
    }
  }

  /** Gives the JSON values of the answer's lines, until it ends or the signal is aborted. @throws as `call` */
  async *lines<Line>(path: string, request: ApiRequest = {}): AsyncGenerator<Line> {
    try {
      const { body } = await this.send(path, request);
      let rest = "";
      for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const lines = (rest + text).split("\n");
        rest = lines.pop()!;
        // Empty lines are signs of life.
        for (const line of lines) if (line !== "") yield JSON.parse(line) as Line;
      }
    } catch (error) {
      if (request.signal?.aborted) return;
      throw error instanceof ApiError || error instanceof PlinthError
        ? error
        : this.#unreachable(reasonOf(error), error);
    }
  }

  #init({ method = "GET", headers = {}, json, upload, signal }: ApiRequest): RequestInit {
    const given = Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined);
    const all: Record<string, string> = { ...Object.fromEntries(given), authorization: `Bearer ${this.#token}` };
    const init: RequestInit = { method, headers: all, ...(signal === undefined ? {} : { signal }) };
    if (json !== undefined) {
      all["content-type"] = "application/json";
      init.body = JSON.stringify(json);
    }
    if (upload !== undefined) {
      all["content-type"] = upload.type;
      // fetch does not know the length of a stream, so the host could not refuse a long body before it reads it.
      all["content-length"] = String(upload.bytes.length);
      init.body = ReadableStream.from(piecesOf(upload));
      init.duplex = "half";
    }
    return init;
  }

  async #text(response: Response): Promise<string> {
    try {
      return await response.text();
    } catch (error) {
      throw this.#unreachable(reasonOf(error), error);
    }
  }

  #parse(response: Response, text: string): Record<string, unknown> {
    const answer = parseObject(text);
    if (answer !== undefined) return answer;
    throw this.#unreachable(`something else does, with status ${response.status} and no JSON object`);
  }

  #errorOf(response: Response, text: string): Error {
    const { code, message, ...details } = (this.#parse(response, text).error ?? {}) as Record<string, unknown>;
    if (typeof code === "string" && typeof message === "string")
      return new ApiError(code, message, response.status, details);
    return this.#unreachable(`something else does, with status ${response.status} and no error code`);
  }

  #unreachable(reason: string, cause?: unknown): Error {
    return plinthError("PLINTH_ADMIN_UNREACHABLE", [this.admin, reason], { details: { admin: this.admin }, cause });
  }
}

/**
 * Makes a path of the API. Values in it cannot lead to another path: apiPath`/v1/tokens/${id}`.
 *
 * @throws PLINTH_USAGE for "." and "..", which are steps of a path even when they are percent-encoded
 */
export function apiPath(strings: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  const step = values.find((value) => value === "." || value === "..");
  if (step !== undefined) throw plinthError("PLINTH_USAGE", [`"${step}" is no name`]);
  return String.raw({ raw: strings }, ...values.map(encodeURIComponent));
}

function* piecesOf({ bytes, onProgress }: Upload): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += UPLOAD_PIECE) {
    yield bytes.subarray(at, at + UPLOAD_PIECE);
    onProgress?.(Math.min(at + UPLOAD_PIECE, bytes.length));
  }
}

/** Finds the reason of an error of `fetch`. Its message says "fetch failed" only; the cause's code says why. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return ("code" in cause && typeof cause.code === "string" && cause.code) || cause.message;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
