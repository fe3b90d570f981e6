/** A file as HTTP has it: which of its forms, and which part, a request gets. */
import type { IncomingHttpHeaders } from "node:http";
import { Negotiator } from "@fastify/accept-negotiator";
import fresh from "fresh";
import parseRange from "range-parser";
import { type Coding, codings } from "./compressions.ts";
import type { Asset, Found } from "./site.ts";

export interface AssetRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** Query with its "?", for redirects. */
  readonly query: string;
  /** The part of the path that leads to the tenant, for redirects. */
  readonly mount: string;
}

export interface Representation {
  readonly status: number;
  /** Names in lower case; without Content-Length. */
  readonly headers: [name: string, value: string][];
  /** Content-Length; undefined where there is none (304). */
  readonly length: number | undefined;
  readonly body: AssetBody | null;
}

/** The bytes of a compressed form, or a part of the file, both ends included. */
export type AssetBody =
  | { readonly form: Buffer }
  | { readonly asset: Asset; readonly start: number; readonly end: number };

/** Files may change with each version, so a browser asks each time; the answer is most often a 304. */
const CACHE_CONTROL = "public, max-age=0, must-revalidate";
const ETAG_DIGITS = 32;

const negotiator = new Negotiator({ supportedValues: [...codings, "identity"] });

/** @param formOf a compressed form, if there is one */
export function representationOf(
  found: Found,
  request: AssetRequest,
  formOf: (asset: Asset, coding: Coding) => Buffer | undefined,
): Representation {
  const isHead = request.method === "HEAD";
  if ("redirect" in found) {
    const location = request.mount + encodeURI(found.redirect).replace(/[?#]/g, encodeURIComponent) + request.query;
    return { status: 307, headers: [["location", location]], length: 0, body: null };
  }
  const { asset, status } = found;
  const tag = asset.hash.slice(0, ETAG_DIGITS);
  const range = status === 200 && !isHead ? rangeOf(asset, request.headers, `"${tag}"`) : null;
  const coding = range === null && asset.isCompressible ? codingOf(request.headers) : null;
  const form = coding === null ? undefined : formOf(asset, coding);
  const etag = form === undefined ? `"${tag}"` : `"${tag}-${coding}"`;
  const headers: [string, string][] = [
    ["cache-control", CACHE_CONTROL],
    ["etag", etag],
  ];
  if (asset.isCompressible) headers.push(["vary", "accept-encoding"]);
  if (status === 200 && fresh(request.headers, { etag }))
    return { status: 304, headers, length: undefined, body: null };
  if (range === "unsatisfiable") {
    headers.push(["content-range", `bytes */${asset.bytes}`]);
    return { status: 416, headers, length: 0, body: null };
  }
  headers.push(["content-type", asset.type]);
  if (form !== undefined) {
    headers.push(["content-encoding", coding!]);
    return { status, headers, length: form.byteLength, body: isHead ? null : { form } };
  }
  headers.push(["accept-ranges", "bytes"]);
  const { start, end } = range ?? { start: 0, end: asset.bytes - 1 };
  if (range !== null) headers.push(["content-range", `bytes ${start}-${end}/${asset.bytes}`]);
  const length = end + 1 - start;
  const body = isHead || length === 0 ? null : { asset, start, end };
  return { status: range === null ? status : 206, headers, length, body };
}

function codingOf(headers: IncomingHttpHeaders): Coding | null {
  const accepted = headers["accept-encoding"];
  if (accepted === undefined) return null;
  const chosen = negotiator.negotiate(String(accepted));
  return chosen === "identity" ? null : chosen;
}

/** A single range. A request for several gets the whole file, which is always right. */
function rangeOf(asset: Asset, headers: IncomingHttpHeaders, etag: string) {
  const { range, "if-range": condition } = headers;
  if (range === undefined || (condition !== undefined && condition !== etag)) return null;
  const ranges = parseRange(asset.bytes, range);
  if (ranges === -1) return "unsatisfiable";
  if (ranges === -2 || ranges.type !== "bytes" || ranges.length !== 1) return null;
  return ranges[0]!;
}
