/** The handlers as routes of fastify, in its own thread. */
import fastify from "fastify";
import { cpu, echo, hello, page } from "../../programs/js/routes.js";
import { openKv } from "./sqlite-kv.ts";

const read = openKv();
const app = fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
app.get("/hello", () => hello());
app.post("/echo", (request, reply) => reply.type("application/json").send(echo(String(request.body))));
app.get("/page", (_request, reply) => reply.type("text/html; charset=utf-8").send(page()));
app.post("/body", (request, reply) => reply.type("application/octet-stream").send(request.body));
app.get("/kv", () => read("page"));
app.get("/cpu", () => cpu());
await app.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
