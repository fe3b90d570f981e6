import type { DatabaseSync, SQLTagStore } from "node:sqlite";
import { databaseError } from "./database-error.ts";

/** `get`, `all` and `run` as template tags: every `${value}` is a bound parameter. Statements are prepared once. */
export type GuardedSql = Pick<SQLTagStore, "get" | "all" | "run">;

/** Makes template tags whose errors name the file and have a code. Damage in any part of the file can cause one. */
export function guardedSql(database: DatabaseSync, file: string): GuardedSql {
  const tags = database.createTagStore();
  const guard =
    <Parameters extends unknown[], Result>(tag: (...given: Parameters) => Result) =>
    (...given: Parameters): Result => {
      try {
        return tag.apply(tags, given);
      } catch (error) {
        throw databaseError(file, error);
      }
    };
  return { get: guard(tags.get), all: guard(tags.all), run: guard(tags.run) };
}
