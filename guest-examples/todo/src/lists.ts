/** Lists in KV. Each list is the value of one key. A change is written only onto the revision that it was made from. */
import type { Lists } from "./env.ts";
import { HttpError } from "./http-error.ts";

export interface TodoList {
  /** Number that the next item gets. */
  next: number;
  readonly items: { readonly id: number; readonly text: string; done: boolean }[];
}

export interface Stored {
  readonly list: TodoList;
  /** Revision of the list; 0 if nobody has written it yet. */
  readonly revision: number;
}

/** Most tries of one change. If another write is faster every time, the client hears that the list is busy. */
const MOST_TRIES = 100;

export async function readList(lists: Lists, name: string): Promise<Stored> {
  const { value, revision } = await lists.getWithMetadata(name, "json");
  return { list: (value as TodoList | null) ?? { next: 1, items: [] }, revision: revision ?? 0 };
}

/**
 * @param seen the only revision that may be changed; null for any revision
 * @param change changes the list in place; it may be called several times, with a newer list each time
 * @throws HttpError 412 if the list has another revision than `seen`; any error of `change`
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
      // Each waits for a random time, so that two writers do not meet again.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5 * tries));
    }
  }
  throw new HttpError(503, "too many change the list at once; try again", { "retry-after": "1" });
}
