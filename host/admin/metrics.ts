/** Routes for monitors: the metrics, and whether the host lives and is ready. Monitors know these paths. */
import type { FastifyInstance } from "fastify";
import type { AdminDependencies } from "./dependencies.ts";

/** These routes are no part of the API's description, which is for its clients. */
const hidden = { schema: { hide: true } };

/** Adds the routes at the server's root. */
export function addMonitorRoutes(app: FastifyInstance, { metrics, isReady = () => true }: AdminDependencies): void {
  app.get("/livez", { config: { access: "public" }, ...hidden }, async () => ({ status: "ok" }));
  app.get("/readyz", { config: { access: "public" }, ...hidden }, async (_request, reply) => {
    const ready = isReady();
    return reply.code(ready ? 200 : 503).send({ status: ready ? "ok" : "not ready" });
  });
  if (metrics === undefined) return;
  app.get("/metrics", { config: { access: "operator" }, ...hidden }, async (_request, reply) =>
    // The text is sent as it is, and not as JSON.
    reply
      .serializer(String)
      .type(metrics.contentType)
      .send(await metrics.text()),
  );
}
