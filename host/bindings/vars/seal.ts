/**
 * Seals secrets by AES-256-GCM (NIST SP 800-38D) under an operator's key: 12 random bytes of nonce, a tag of 16 bytes, then
 * the encrypted value. Tenant and name are authenticated, so the bytes of one secret cannot stand for another.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { SealedSecret } from "../../store/store.ts";
import type { SecretKey } from "./key-file.ts";

const ALGORITHM = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

type Owner = Pick<SealedSecret, "tenant" | "name">;

export function seal(key: SecretKey, owner: Owner, value: string): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key.bytes, nonce, { authTagLength: TAG_BYTES }).setAAD(bound(owner));
  const encrypted = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]);
}

/** @throws Error if these bytes were not sealed for this owner with this key */
export function unseal(key: SecretKey, owner: Owner, sealed: Uint8Array): string {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key.bytes, nonce, { authTagLength: TAG_BYTES }).setAAD(bound(owner));
  decipher.setAuthTag(tag);
  const encrypted = sealed.subarray(NONCE_BYTES + TAG_BYTES);
  return Buffer.concat([decipher.update(encrypted), decipher.final()]).toString("utf8");
}

/** The text that a seal is bound to. A tenant's name holds no slash, so no two pairs give the same text. */
function bound({ tenant, name }: Owner): Buffer {
  return Buffer.from(`${tenant}/${name}`);
}
