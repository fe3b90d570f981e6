import { Hono } from "hono";

const app = new Hono();

app.get("/", (context) => context.text(`Hello, ${context.req.query("name") ?? "world"}!\n`));
app.get("/items/:id", (context) => context.json({ id: context.req.param("id") }));

export default app;
