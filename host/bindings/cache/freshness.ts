/** Says whether and how long a response may be kept, by RFC 9111 for a cache that a tenant's visitors share. */

export type Fields = readonly (readonly [name: string, value: string])[];

/** All values of a field, joined as HTTP says. @param name in lower case */
export function fieldOf(fields: Fields, name: string): string | undefined {
  const values = fields.filter(([known]) => known === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(", ");
}

export interface Kept {
  /** The fields that are kept. Fields that `private="..."` of Cache-Control names are left out. */
  readonly fields: Fields;
  /** ms since the epoch; null: for as long as there is room. */
  readonly until: number | null;
}

/**
 * @param now ms since the epoch
 * @param seconds how long to keep a response that does not say it; null for as long as there is room
 * @returns null if the response is not to be kept
 */
export function keeping(responseFields: Fields, now: number, seconds: number | null): Kept | null {
  const directives = directivesOf(fieldOf(responseFields, "cache-control") ?? "");
  if (directives.has("no-store") || directives.has("no-cache") || directives.get("private") === null) return null;
  const own = new Set((directives.get("private") ?? "").toLowerCase().split(/\s*,\s*/));
  const fields = responseFields.filter(([name]) => !own.has(name));
  // A visitor's cookie must not reach others.
  if (fieldOf(fields, "set-cookie") !== undefined) return null;
  const fresh = freshSeconds(directives, fields, now) ?? seconds;
  if (fresh === null) return { fields, until: null };
  const age = Number.parseInt(fieldOf(fields, "age") ?? "0", 10) || 0;
  return fresh > age ? { fields, until: now + (fresh - age) * 1_000 } : null;
}

function freshSeconds(directives: ReadonlyMap<string, string | null>, fields: Fields, now: number): number | null {
  for (const name of ["s-maxage", "max-age"]) {
    const value = directives.get(name);
    if (value !== undefined) return /^\d+$/.test(value ?? "") ? Number(value) : 0;
  }
  const expires = fieldOf(fields, "expires");
  if (expires === undefined) return null;
  // An Expires that is no date is in the past.
  const from = Date.parse(fieldOf(fields, "date") ?? "") || now;
  return Math.max(0, (Date.parse(expires) || 0) - from) / 1_000;
}

/** The directives by their names in lower case; null for a directive without a value. */
function directivesOf(text: string): Map<string, string | null> {
  const found = text.matchAll(/([^\s,;="]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,;"]*)))?/g);
  return new Map([...found].map(([, name, quoted, plain]) => [name!.toLowerCase(), quoted ?? plain ?? null]));
}

/** The names of request fields on which a response depends, in lower case; null if it depends on more than fields. */
export function varyOf(fields: Fields): readonly string[] | null {
  const names = (fieldOf(fields, "vary") ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  return names.includes("*") ? null : names.filter((name) => name !== "");
}
