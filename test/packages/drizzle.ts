/** Drizzle's queries of SQLite, which leave by fetch: a proxy runs them. */
import { and, count, desc, eq, gt, relations, sql } from "drizzle-orm";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { drizzle } from "drizzle-orm/sqlite-proxy";
import type { Env } from "./env.ts";

const users = sqliteTable("users", {
  id: integer().primaryKey({ autoIncrement: true }),
  name: text().notNull(),
  joined: integer({ mode: "timestamp" }).notNull(),
});
const posts = sqliteTable("posts", {
  id: integer().primaryKey(),
  userId: integer("user_id").references(() => users.id),
  title: text().notNull(),
  tags: text({ mode: "json" }).$type<string[]>(),
});
const usersRelations = relations(users, ({ many }) => ({ posts: many(posts) }));
const postsRelations = relations(posts, ({ one }) => ({
  user: one(users, { fields: [posts.userId], references: [users.id] }),
}));
const schema = { users, posts, usersRelations, postsRelations };

export default {
  async fetch(_request: Request, env: Env): Promise<Response> {
    const db = drizzle(
      async (text, params, method) => {
        const response = await fetch(`${env.ORIGIN}/sql`, {
          method: "POST",
          body: JSON.stringify({ text, params, method }),
        });
        if (!response.ok) throw new Error(await response.text());
        return (await response.json()) as { rows: unknown[] };
      },
      { schema },
    );
    await db.run(sql`DROP TABLE IF EXISTS posts`);
    await db.run(sql`DROP TABLE IF EXISTS users`);
    await db.run(sql`CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, joined INTEGER NOT NULL)`);
    await db.run(sql`CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER, title TEXT NOT NULL, tags TEXT)`);
    const joined = new Date("2026-01-02T03:04:05Z");
    const names = ["Zoë", "Bob"].map((name) => ({ name, joined }));
    const made = await db.insert(users).values(names).returning();
    await db.insert(posts).values([
      { userId: 1, title: "one", tags: ["a", "b"] },
      { userId: 1, title: "two" },
      { userId: 2, title: "three" },
    ]);
    await db.update(posts).set({ title: "second" }).where(eq(posts.title, "two"));
    await db.delete(posts).where(and(eq(posts.userId, 2), gt(posts.id, 0)));
    const counted = await db
      .select({ name: users.name, posts: count(posts.id) })
      .from(users)
      .leftJoin(posts, eq(posts.userId, users.id))
      .groupBy(users.id)
      .orderBy(desc(users.id));
    const nested = await db.query.users.findMany({ with: { posts: { columns: { title: true, tags: true } } } });
    const failed = await db.run(sql`SELECT 1 FROM nowhere`).catch((error: Error) => String(error.cause));
    return Response.json({ made, counted, nested, failed });
  },
};
