/** The server of all tests of outbound fetch, for tenants of every kind. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { type Origin, startOrigin } from "./origin.ts";

/**
 * The server answers /echo with the request's body, its method in `x-method` and its field `x-field`. It answers /slow once
 * `release` is called. It never answers /never.
 *
 * @param others answers all other paths
 */
export async function startFetchOrigin(
  others: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<{ origin: Origin; release: () => void }> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const origin = await startOrigin(async (request, response) => {
    switch (request.url) {
      case "/echo":
        response.writeHead(201, "Made", {
          "x-method": request.method,
          "x-field": request.headers["x-field"] ?? "none",
        });
        response.end(await buffer(request));
        return;
      case "/slow":
        await released;
        response.end("at last");
        return;
      case "/never":
        return;
      default:
        others(request, response);
    }
  });
  return { origin, release };
}
