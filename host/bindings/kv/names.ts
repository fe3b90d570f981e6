import { plinthError } from "../../errors.ts";
import { isTenantName, type TenantName } from "../../store/names.ts";
import { KEY_BYTES } from "./limits.ts";

/** A namespace's own name, without its owner's. */
const namespacePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

/**
 * The full name, `OWNER/NAME`, of a namespace.
 *
 * @param tenant who names it
 * @param text `NAME` for one of the tenant's own, `OWNER/NAME` for any
 * @throws PlinthError PLINTH_KV_NAMESPACE_NAME
 */
export function qualify(tenant: string, text: string): string {
  const parts = text.split("/");
  const name = parts.pop()!;
  const owner = parts.pop() ?? tenant;
  if (parts.length > 0 || !isTenantName(owner) || !namespacePattern.test(name)) {
    throw plinthError("PLINTH_KV_NAMESPACE_NAME", [quote(text)], { details: { namespace: text } });
  }
  return `${owner}/${name}`;
}

/** The tenant that a namespace belongs to. @param namespace its full name */
export function ownerOf(namespace: string): TenantName {
  return namespace.slice(0, namespace.indexOf("/")) as TenantName;
}

/** @throws PlinthError PLINTH_KV_KEY */
export function checkKey(key: string): void {
  const fault = faultOf(key);
  if (fault !== null) throw plinthError("PLINTH_KV_KEY", [fault, KEY_BYTES]);
}

function faultOf(key: string): string | null {
  if (key === "") return "is empty";
  if (key === "." || key === "..") return `is ${quote(key)}`;
  // The database keeps UTF-8. In UTF-8 all halves of surrogate pairs would become the same character.
  if (!key.isWellFormed()) return `is not well-formed Unicode (${quote(key)})`;
  // No code unit takes more than 3 bytes: most keys need no counting.
  const bytes = key.length * 3 <= KEY_BYTES ? 0 : Buffer.byteLength(key);
  return bytes > KEY_BYTES ? `has ${bytes} bytes (${quote(key)})` : null;
}

/** A key as JSON and shortened, so that any key stays readable in a message. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
}
