/** Answers requests with static files of their tenants' versions. No program runs for them. */
import type { OutgoingHttpHeader } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { AssetFiles } from "../assets/asset-files.ts";
import { type Assets, isForProgram, type VersionAssets } from "../assets/assets.ts";
import { type AssetBody, type Representation, representationOf } from "../assets/representation.ts";
import type { Found } from "../assets/site.ts";
import type { BulkTurns } from "../fairness/bulk-turns.ts";
import type { CpuShares } from "../fairness/cpu-shares.ts";
import type { Dispatcher } from "../pool/dispatcher.ts";
import type { Target } from "../pool/target.ts";
import { writeBody } from "./large-answer.ts";
import { isClosing } from "./send-error.ts";
import { writeStream } from "./streamed-answer.ts";

export interface AssetOptions {
  readonly assets: Assets;
  readonly dispatcher: Pick<Dispatcher, "holdAnswer">;
  readonly shares: CpuShares;
  readonly turns: BulkTurns;
  /** Longest time in which a client may read none of a response, ms. */
  readonly responseIdleMs: number;
}

/** A request whose target is known. */
export interface AssetRequest {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly target: Target;
  /** Path and query as the tenant sees them. */
  readonly path: string;
  readonly mount: string;
}

/** CPU time of this thread for an answer whose bytes are in memory, ms. */
const ANSWER_MS = 0.05;

/** The assets that may answer a request; null if its program has to. */
export function assetsFor({ request, target, path }: Omit<AssetRequest, "reply" | "mount">): VersionAssets | null {
  const version = target.grants.assets as VersionAssets | undefined;
  if (version === undefined || (request.method !== "GET" && request.method !== "HEAD")) return null;
  return isForProgram(version, pathOf(path)) ? null : version;
}

/** @returns false if no file fits @throws PLINTH_BLOB_CORRUPT, PLINTH_TENANT_BUSY, PLINTH_OVERLOADED */
export async function serveAsset(asked: AssetRequest, version: VersionAssets, options: AssetOptions): Promise<boolean> {
  const { request, reply, target, mount } = asked;
  const { files } = options.assets;
  const path = pathOf(asked.path);
  const loading = options.assets.site(version);
  const site = loading instanceof Promise ? await loading : loading;
  // A browser that goes to a page gets one from the files. Any other request may be for an API of the program.
  const isNavigation = request.headers["sec-fetch-mode"] === "navigate";
  const found: Found | null = site.find(path) ?? (isNavigation ? site.instead(path) : null);
  if (found === null) return false;
  const charge = (ms: number) => options.shares.charge(target.tenant, ms);
  charge(ANSWER_MS);
  const { method, headers } = request;
  const query = asked.path.slice(path.length);
  const answer = representationOf(found, { method, headers, query, mount }, (asset, coding) =>
    files.compressed(asset, coding, charge),
  );
  const bytes = await bytesOf(answer.body, files);
  // The client may have gone meanwhile.
  if (reply.raw.destroyed) return true;
  const held = bytes === null ? null : options.dispatcher.holdAnswer(target, bytes.byteLength);
  if (held !== null) reply.raw.once("close", () => held[Symbol.dispose]());
  writeHead(request, reply, answer);
  if (bytes !== null) writeBody(reply.raw, bytes, target.tenant, options.turns);
  else if (answer.body === null || "form" in answer.body) reply.raw.end();
  else flow(asked, answer.body, options);
  if (reply.raw.writableLength > 0 || !reply.raw.writableEnded)
    reply.raw.setTimeout(options.responseIdleMs, () => reply.raw.destroy());
  return true;
}

function pathOf(pathAndQuery: string): string {
  const query = pathAndQuery.indexOf("?");
  return query === -1 ? pathAndQuery : pathAndQuery.slice(0, query);
}

/** The bytes of a small body; null if there is none, and for a large file, which is only checked. */
async function bytesOf(body: AssetBody | null, files: AssetFiles): Promise<Uint8Array | null> {
  if (body === null) return null;
  if ("form" in body) return body.form;
  const { asset, start, end } = body;
  const bytes = files.ready(asset) ?? (files.isSmall(asset) ? await files.bytes(asset) : null);
  if (bytes === null) await files.check(asset);
  return bytes?.subarray(start, end + 1) ?? null;
}

function writeHead(request: FastifyRequest, reply: FastifyReply, { status, headers, length }: Representation): void {
  const lines = headers.flat();
  if (request.rolloutCookie !== null) lines.push("set-cookie", request.rolloutCookie);
  if (isClosing(reply)) lines.push("connection", "close");
  if (length !== undefined) lines.push("content-length", String(length));
  reply.hijack();
  reply.raw.writeHead(status, lines as OutgoingHttpHeader[]);
}

/** Sends a part of a large file as fast as its client takes it. */
function flow(
  { request, reply, target }: AssetRequest,
  { asset, start, end }: Extract<AssetBody, { asset: object }>,
  options: AssetOptions,
): void {
  const { tenant } = target;
  const hold = (bytes: number) => options.dispatcher.holdAnswer(target, bytes);
  const stream = options.assets.files.stream(asset, start, end);
  void writeStream(reply.raw, stream, { ...options, tenant, hold }).then((reason) => {
    if (reason !== null) request.log.error({ reqId: request.id, tenant, err: reason }, "a static file broke off");
  });
}
