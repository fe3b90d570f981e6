/** Todo lists for several people at once. A write that meets another one is done again, so that none is lost. */
import type { Env } from "./env.ts";
import { HttpError } from "./http-error.ts";
import { readList, type Stored, type TodoList, updateList } from "./lists.ts";

/** /lists/LIST and /lists/LIST/items/ITEM */
const paths = /^\/lists\/([a-z0-9-]{1,64})(?:\/items\/([1-9][0-9]{0,9}))?$/;

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    try {
      return answer(await handle(request, env));
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      return Response.json({ error: error.message }, { status: error.status, headers: error.headers });
    }
  },
};

async function handle(request: Request, { LISTS }: Env): Promise<Stored> {
  const [, list, item] = paths.exec(new URL(request.url).pathname) ?? [];
  if (list === undefined) throw new HttpError(404, "there is no such path; lists are at /lists/NAME");
  const update = (change: (list: TodoList) => void) => updateList(LISTS, list, ifMatch(request), change);
  switch (`${request.method} ${item === undefined ? "list" : "item"}`) {
    case "GET list":
      return readList(LISTS, list);
    case "POST list": {
      const { text } = await bodyOf<{ text: string }>(request, { text: "string" });
      return update((todos) => todos.items.push({ id: todos.next++, text, done: false }));
    }
    case "PATCH item": {
      const { done } = await bodyOf<{ done: boolean }>(request, { done: "boolean" });
      return update((todos) => {
        todos.items[indexOf(todos, item!)]!.done = done;
      });
    }
    case "DELETE item":
      return update((todos) => todos.items.splice(indexOf(todos, item!), 1));
  }
  const allow = item === undefined ? "GET, POST" : "PATCH, DELETE";
  throw new HttpError(405, `the path does not take ${request.method}`, { allow });
}

function indexOf(list: TodoList, id: string): number {
  const index = list.items.findIndex((item) => item.id === Number(id));
  if (index < 0) throw new HttpError(404, `there is no item ${id}`);
  return index;
}

/** @returns the revision in If-Match, which a client sends to change only that revision; null without the field */
function ifMatch(request: Request): number | null {
  const field = request.headers.get("if-match");
  if (field === null) return null;
  const revision = /^"(\d{1,15})"$/.exec(field)?.[1];
  if (revision === undefined) throw new HttpError(400, 'If-Match is not an ETag of a list, such as "17"');
  return Number(revision);
}

async function bodyOf<T extends object>(request: Request, types: Record<keyof T, string>): Promise<T> {
  const body: unknown = await request.json().catch(() => null);
  for (const [name, type] of Object.entries(types)) {
    const value = (body as Record<string, unknown> | null)?.[name];
    if (typeof value !== type) throw new HttpError(422, `the body needs "${name}", a ${type}`);
  }
  return body as T;
}

function answer({ list, revision }: Stored): Response {
  return Response.json({ items: list.items }, { headers: { etag: `"${revision}"`, "cache-control": "no-store" } });
}
