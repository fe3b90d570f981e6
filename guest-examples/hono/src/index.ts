/** Notes in KV behind Hono, with its router, its middleware and its validation, unchanged from npm. */
import { type Context, Hono } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import { cors } from "hono/cors";
import { etag } from "hono/etag";
import { html } from "hono/html";
import { HTTPException } from "hono/http-exception";
import { logger } from "hono/logger";
import { secureHeaders } from "hono/secure-headers";
import { validator } from "hono/validator";
import type { Env } from "./env.ts";

const app = new Hono<{ Bindings: Env }>();

app.use(logger());
app.use(secureHeaders());
app.use("/notes/*", cors(), etag());
app.on(["PUT", "DELETE"], "/notes/*", (c, next) => bearerAuth({ token: c.env.TOKEN })(c as Context, next));

app.get("/", async (c) => {
  const { keys } = await c.env.NOTES.list({ limit: 50 });
  return c.html(
    html`<!doctype html><title>Notes</title>
<ul>${keys.map(({ name }) => html`<li><a href="notes/${encodeURIComponent(name)}">${name}</a></li>`)}</ul>`,
  );
});

app.get("/notes", async (c) => {
  const { prefix, cursor } = c.req.query();
  const { keys, ...page } = await c.env.NOTES.list({
    ...(prefix === undefined ? {} : { prefix }),
    ...(cursor === undefined ? {} : { cursor }),
  });
  return c.json({
    notes: keys.map(({ name, metadata }) => ({ name, ...(metadata as object | null) })),
    cursor: page.cursor,
  });
});

app.get("/notes/:name", async (c) => {
  const note = await c.env.NOTES.get(c.req.param("name"));
  return note === null ? c.notFound() : c.text(note);
});

const note = validator("json", (body: { text?: unknown; days?: unknown }) => {
  const { text, days } = body;
  if (typeof text !== "string") throw new HTTPException(422, { message: "a note needs a text" });
  if (days !== undefined && (typeof days !== "number" || !Number.isInteger(days) || days < 1)) {
    throw new HTTPException(422, { message: "days is not a whole number from 1" });
  }
  return { text, days };
});

app.put("/notes/:name", note, async (c) => {
  const { text, days } = c.req.valid("json");
  await c.env.NOTES.put(c.req.param("name"), text, {
    metadata: { length: text.length },
    ...(days === undefined ? {} : { expirationTtl: days * 24 * 60 * 60 }),
  });
  return c.body(null, 204);
});

app.delete("/notes/:name", async (c) => {
  await c.env.NOTES.delete(c.req.param("name"));
  return c.body(null, 204);
});

app.notFound((c) => c.json({ error: `there is no ${c.req.path}` }, 404));
app.onError((error, c) => {
  if (error instanceof HTTPException) return error.getResponse();
  // Such a name cannot be a key: it is too long, or it is "." or "..".
  if ((error as { code?: string }).code === "PLINTH_KV_KEY") return c.json({ error: error.message }, 400);
  console.error(error);
  return c.json({ error: "internal error" }, 500);
});

export default app;
