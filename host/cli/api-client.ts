/** The admin API as functions. docs/reference/admin-api.md describes the routes. */
import { plinthError } from "../errors.ts";
import type { RuntimeCatalog } from "../http/admin-dependencies.ts";
import type { TenantLogLine as LogLine } from "../observe/log-line.ts";
import { parseTenantName } from "../store/names.ts";
import type { Tenant, Version } from "../store/store.ts";
import { ApiError } from "./api-error.ts";
import type { Connection } from "./connection.ts";

export interface Health {
  readonly status: string;
  readonly version: string;
  /** Base URL of the ingress, such as "http://127.0.0.1:8080"; `null` where the admin API stands alone. */
  readonly ingress: string | null;
  /** A tenant NAME answers at NAME.domain too. */
  readonly domain: string;
}

export type RuntimeView = ReturnType<RuntimeCatalog["list"]>[number];

/** What the API shows of a version: all but what the deploy made of it. */
export type VersionView = Omit<Version, "artifacts" | "meta"> & { readonly active: boolean };

interface TenantPage {
  readonly tenants: readonly Tenant[];
  /** `null` at the end. */
  readonly next: string | null;
}

interface Request {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly json?: unknown;
  readonly upload?: Upload;
}

interface Upload {
  readonly bytes: Uint8Array;
  /** Told how many bytes have been handed to the network. */
  readonly onProgress?: ((sent: number) => void) | undefined;
}

/** Bytes of an upload between two reports of its progress. */
const UPLOAD_PIECE = 64 * 1024;

export class ApiClient {
  readonly admin: string;
  readonly #token: string;

  constructor(connection: Connection) {
    this.admin = connection.admin;
    this.#token = connection.token;
  }

  health(): Promise<Health> {
    return this.#call("/v1/health");
  }

  async runtimes(): Promise<readonly RuntimeView[]> {
    return (await this.#call<{ runtimes: readonly RuntimeView[] }>("/v1/runtimes")).runtimes;
  }

  /** All of them, in the order of their names. */
  async tenants(): Promise<readonly Tenant[]> {
    const all: Tenant[] = [];
    let after: string | null = null;
    do {
      const query: string = after === null ? "" : `&after=${encodeURIComponent(after)}`;
      const page: TenantPage = await this.#call(`/v1/tenants?limit=1000${query}`);
      all.push(...page.tenants);
      after = page.next;
    } while (after !== null);
    return all;
  }

  /** @returns nothing where there is no such tenant */
  async findTenant(name: string): Promise<Tenant | undefined> {
    try {
      return await this.tenant(name);
    } catch (error) {
      if (error instanceof ApiError && error.code === "PLINTH_TENANT_NOT_FOUND") return undefined;
      throw error;
    }
  }

  tenant(name: string): Promise<Tenant> {
    return this.#call(tenantPath(name));
  }

  createTenant(name: string, hostnames: readonly string[]): Promise<Tenant> {
    return this.#call("/v1/tenants", { method: "POST", json: { name, hostnames } });
  }

  setHostnames(name: string, hostnames: readonly string[]): Promise<Tenant> {
    return this.#call(`${tenantPath(name)}/hostnames`, { method: "PUT", json: { hostnames } });
  }

  setSettings(name: string, settings: { readonly limits?: object; readonly isolation?: string }): Promise<Tenant> {
    return this.#call(`${tenantPath(name)}/settings`, { method: "PUT", json: settings });
  }

  async deleteTenant(name: string): Promise<void> {
    await this.#call(tenantPath(name), { method: "DELETE" });
  }

  /** Newest first. */
  async versions(name: string): Promise<readonly VersionView[]> {
    return (await this.#call<{ versions: readonly VersionView[] }>(`${tenantPath(name)}/versions`)).versions;
  }

  uploadVersion(
    name: string,
    bytes: Uint8Array,
    options: { readonly activate: boolean; readonly onProgress?: (sent: number) => void },
  ): Promise<VersionView> {
    const upload = { bytes, onProgress: options.onProgress };
    return this.#call(`${tenantPath(name)}/versions?activate=${options.activate}`, { method: "POST", upload });
  }

  activate(name: string, version: number): Promise<VersionView> {
    return this.#call(`${tenantPath(name)}/versions/${version}/activate`, { method: "POST" });
  }

  rollback(name: string): Promise<VersionView> {
    return this.#call(`${tenantPath(name)}/rollback`, { method: "POST" });
  }

  async deleteVersion(name: string, version: number): Promise<void> {
    await this.#call(`${tenantPath(name)}/versions/${version}`, { method: "DELETE" });
  }

  /** The last lines, oldest first. */
  async logs(name: string, limit: number): Promise<readonly LogLine[]> {
    return (await this.#call<{ lines: readonly LogLine[] }>(`${tenantPath(name)}/logs?limit=${limit}`)).lines;
  }

  /** @throws ApiError with what the host answered, PLINTH_ADMIN_UNREACHABLE where no Plinth host answers */
  async #call<Result>(path: string, request: Request = {}): Promise<Result> {
    const { method = "GET", json, upload } = request;
    const headers: Record<string, string> = { authorization: `Bearer ${this.#token}` };
    const init: RequestInit = { method, headers };
    if (json !== undefined) {
      headers["content-type"] = "application/json";
      init.body = JSON.stringify(json);
    }
    if (upload !== undefined) {
      headers["content-type"] = "application/wasm";
      // Of a stream fetch does not know the length, and the host could not refuse what is too long before reading it.
      headers["content-length"] = String(upload.bytes.length);
      init.body = ReadableStream.from(piecesOf(upload));
      init.duplex = "half";
    }
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.admin + path, init);
      text = await response.text();
    } catch (error) {
      throw this.#unreachable(reasonOf(error), error);
    }
    if (response.status === 204) return undefined as Result;
    const answer = parseObject(text);
    if (answer === undefined) {
      throw this.#unreachable(`something else does, with status ${response.status} and no JSON object`);
    }
    if (response.ok) return answer as Result;
    const { code, message, ...details } = (answer.error ?? {}) as Record<string, unknown>;
    if (typeof code !== "string" || typeof message !== "string") {
      throw this.#unreachable(`something else does, with status ${response.status} and no error code`);
    }
    throw new ApiError(code, message, response.status, details);
  }

  #unreachable(reason: string, cause?: unknown) {
    return plinthError("PLINTH_ADMIN_UNREACHABLE", [this.admin, reason], { details: { admin: this.admin }, cause });
  }
}

/** @throws PLINTH_TENANT_NAME: a name with a slash in it must not become another path */
function tenantPath(name: string): string {
  return `/v1/tenants/${parseTenantName(name)}`;
}

function* piecesOf({ bytes, onProgress }: Upload): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += UPLOAD_PIECE) {
    yield bytes.subarray(at, at + UPLOAD_PIECE);
    onProgress?.(Math.min(at + UPLOAD_PIECE, bytes.length));
  }
}

/** Of what `fetch` throws: its message says "fetch failed" only, the cause's code says why. */
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
