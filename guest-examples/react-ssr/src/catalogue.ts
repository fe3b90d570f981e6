import type { Env } from "./env.ts";

export interface Product {
  readonly id: string;
  readonly name: string;
  /** Price in hundredths of the currency. */
  readonly price: number;
  readonly description: string;
}

const PREFIX = "product/";
/** KV reads this many keys at once. */
const MOST_LISTED = 100;

export async function findProduct({ CATALOGUE }: Env, id: string): Promise<Product | null> {
  const stored = await CATALOGUE.get(PREFIX + id, "json");
  return stored === null ? null : { ...(stored as Omit<Product, "id">), id };
}

export async function listProducts({ CATALOGUE }: Env): Promise<Product[]> {
  const { keys } = await CATALOGUE.list({ prefix: PREFIX, limit: MOST_LISTED });
  if (keys.length === 0) return [];
  const stored = await CATALOGUE.get(
    keys.map(({ name }) => name),
    "json",
  );
  return [...stored].map(([key, value]) => ({ ...(value as Omit<Product, "id">), id: key.slice(PREFIX.length) }));
}
