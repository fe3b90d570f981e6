/** Lists in KV, each the value of one key. A change is written only onto the revision that it was made from. */
import type { Lists } from "./env.ts";
import { HttpError } from "./http-error.ts";

export interface TodoList {
  /** The number of the next item. */
  next: number;
  readonly items: { readonly id: number; readonly text: string; done: boolean }[];
}

export interface Stored {
  readonly list: TodoList;
  /** 0 where nobody has written the list yet. */
  readonly revision: number;
}

/** After so many writes that others were faster with, the client hears that the list is busy. */
const MOST_TRIES = 100;

export async function readList(lists: Lists, name: string): Promise<Stored> {
  const { value, revision } = await lists.getWithMetadata(name, "json");
  return { list: (value as TodoList | null) ?? { next: 1, items: [] }, revision: revision ?? 0 };
}

/**
 * @param seen the only revision to change; null for whichever is there
 * @param change of the list in place; it may be called several times, with a newer list each time
 * @throws HttpError 412 where the list has another revision than `seen`; what `change` throws
 */
export async function updateList(
  lists: Lists,
  name: string,
  seen: number | null,
  change: (list: TodoList) => void,
): Promise<Stored> {
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const { list, revision } = await readList(lists, name);
    if (seen !== null && seen !== revision) throw new HttpError(412, "somebody has changed the list");
    change(list);
    try {
      return { list, ...(await lists.put(name, JSON.stringify(list), { ifRevision: revision })) };
    } catch (error) {
      if ((error as { code?: string }).code !== "PLINTH_KV_CONFLICT") throw error;
      // Those who meet part ways: each waits a time of its own.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5 * tries));
    }
  }
  throw new HttpError(503, "too many change the list at once; try again", { "retry-after": "1" });
}
