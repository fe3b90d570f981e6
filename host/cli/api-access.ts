/** Tokens of the admin API, and its audit log. */
import { type ApiTransport, apiPath } from "./api-transport.ts";
import type { Answer } from "./api-types.ts";

export type TokenView = Answer<"getToken">;

export function listTokens(api: ApiTransport): Promise<readonly TokenView[]> {
  return api.pages("/v1/tokens", (page: Answer<"listTokens">) => page.tokens);
}

/** @returns the token's record and its text, which is not shown again */
export function createToken(
  api: ApiTransport,
  token: { readonly label: string; readonly tenant?: string | undefined; readonly expiresAt?: string | undefined },
): Promise<Answer<"createToken">> {
  return api.call("/v1/tokens", { method: "POST", json: token });
}

/** The one that the calls are made with. */
export function tokenInUse(api: ApiTransport): Promise<TokenView> {
  return api.call("/v1/token");
}

export async function deleteToken(api: ApiTransport, id: string): Promise<void> {
  await api.call(apiPath`/v1/tokens/${id}`, { method: "DELETE" });
}

/** Lists entries, newest first. @param query `after` is the `next` of the page before */
export function listAudit(
  api: ApiTransport,
  query: { readonly tenant?: string | undefined; readonly after?: string | undefined; readonly limit: number },
): Promise<Answer<"listAudit">> {
  return api.call("/v1/audit", { query });
}
