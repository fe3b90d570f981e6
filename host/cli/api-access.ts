/** Who may call the admin API, and who has: tokens and the audit log. */
import { type ApiTransport, apiPath } from "./api-transport.ts";

export interface TokenView {
  readonly id: string;
  readonly label: string;
  readonly scope: "operator" | "tenant";
  readonly tenant: string | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
}

export interface AuditEntry {
  readonly id: number;
  readonly time: string;
  readonly token: { readonly id: string; readonly label: string };
  readonly action: string;
  readonly tenant: string | null;
  readonly target: string | null;
  /** "done", or an error's code. */
  readonly outcome: string;
  readonly request: string;
}

export async function listTokens(api: ApiTransport): Promise<readonly TokenView[]> {
  return (await api.call<{ tokens: readonly TokenView[] }>("/v1/tokens")).tokens;
}

/** @returns with the token itself, which nobody is shown again */
export function createToken(
  api: ApiTransport,
  token: { readonly label: string; readonly tenant?: string | undefined; readonly expiresAt?: string | undefined },
): Promise<TokenView & { readonly token: string }> {
  return api.call("/v1/tokens", { method: "POST", json: token });
}

export async function deleteToken(api: ApiTransport, id: string): Promise<void> {
  await api.call(apiPath`/v1/tokens/${id}`, { method: "DELETE" });
}

/** Newest first. @param query `after`: the `next` of the page before */
export function listAudit(
  api: ApiTransport,
  query: { readonly tenant?: string | undefined; readonly after?: string | undefined; readonly limit: number },
): Promise<{ readonly entries: readonly AuditEntry[]; readonly next: string | null }> {
  return api.call("/v1/audit", { query });
}
