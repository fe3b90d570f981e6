/** fastify in the main thread; each request is a task of piscina. */
import fastify from "fastify";
import { Piscina } from "piscina";

const pool = new Piscina<{ name: string; body: Uint8Array }, Uint8Array | string>({
  filename: new URL("./piscina-worker.ts", import.meta.url).href,
});
const app = fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
app.all<{ Params: { name: string } }>("/:name", async (request, reply) => {
  const body = (request.body as Uint8Array | undefined) ?? new Uint8Array(0);
  const answer = await pool.run({ name: request.params.name, body });
  return reply
    .type("application/octet-stream")
    .send(typeof answer === "string" ? answer : Buffer.from(answer.buffer, answer.byteOffset, answer.length));
});
await app.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
