/** Bearer tokens of the admin API (RFC 6750, section 2.1). */

import { randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../store/blobs.ts";
import { writeFileDurably } from "../store/files.ts";
import type { Sha256 } from "../store/names.ts";
import type { NewToken, Store, Token } from "../store/store.ts";

type TokenStore = Pick<Store, "addToken" | "findTokenByHash" | "findTokensByLabel" | "deleteToken">;

const tokenFileName = "admin-token";

/** Marks the token whose text lies in the data folder, so that it can be told from others when it is replaced. */
export const fileTokenLabel = "the data folder's admin-token";

/**
 * A token is 256 bits from the system's random source, so there is nothing to guess and no dictionary to try: the plain
 * SHA-256 that is kept cannot be turned back, and a slow, salted hash as for passwords would only cost time per request.
 */
function newTokenText(): string {
  return `plinth_${randomBytes(32).toString("base64url")}`;
}

/**
 * Makes a token and keeps its hash.
 *
 * @returns the token's record, and its text, which is nowhere else
 * @throws PLINTH_TENANT_NOT_FOUND
 */
export async function createToken(
  store: TokenStore,
  { label, tenant, expiresAt }: Required<Pick<NewToken, "label" | "tenant" | "expiresAt">>,
): Promise<{ token: Token; text: string }> {
  const text = newTokenText();
  const scope = tenant === null ? "operator" : "tenant";
  const token = await store.addToken({ id: randomUUID(), hash: hashToken(text), label, scope, tenant, expiresAt });
  return { token, text };
}

function hashToken(token: string): Sha256 {
  return sha256(Buffer.from(token));
}

/**
 * The operator's token of a data folder: made at the first start and written to `FOLDER/admin-token`, readable for its
 * owner only. If the file is gone or holds no valid token, the old token is void and a new one takes its place. To change
 * the token, delete the file and start the host again.
 *
 * @returns path of the file
 */
export async function ensureOperatorToken(store: TokenStore, folder: string): Promise<string> {
  const path = join(folder, tokenFileName);
  const present = await readFile(path, "utf8").catch(() => undefined);
  if (present !== undefined && authenticate(store, `Bearer ${present.trim()}`) !== undefined) return path;

  const token = newTokenText();
  // The file comes first: a crash in between leaves a file whose token is not valid, and the next start comes here again.
  await writeFileDurably(path, Buffer.from(`${token}\n`), 0o600);
  for (const old of store.findTokensByLabel(fileTokenLabel)) await store.deleteToken(old.id);
  await store.addToken({ id: randomUUID(), hash: hashToken(token), label: fileTokenLabel, scope: "operator" });
  return path;
}

/**
 * Finds the token that an Authorization header carries, if it is valid.
 *
 * It takes the same time for every wrong token, as far as a caller can tell. It compares hashes, whose bytes a caller
 * cannot choose one after the other, and the last comparison does not stop at a difference.
 */
export function authenticate(store: TokenStore, header: string | undefined): Token | undefined {
  const token = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(header ?? "")?.[1];
  if (token === undefined) return undefined;
  const hash = hashToken(token);
  const found = store.findTokenByHash(hash);
  return found !== undefined && timingSafeEqual(Buffer.from(found.hash, "hex"), Buffer.from(hash, "hex"))
    ? found
    : undefined;
}
