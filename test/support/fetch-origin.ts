/** The server that tests of outbound fetch have in common, whatever kind of tenant calls it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { type Origin, startOrigin } from "./origin.ts";

/**
 * Answers /echo with the request's body, its method in `x-method` and its field `x-field`; /slow once `release` is called;
 * /never not at all.
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
