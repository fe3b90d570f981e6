import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { expect, test } from "vitest";
import { ApiTransport } from "./api-transport.ts";

/** A stand-in for a host whose first answers refuse a call by the token's rate. */
async function refusingAtFirst(times: number, retryAfter: string) {
  const bodies: unknown[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(await json(request));
    const isRefused = bodies.length <= times;
    response.writeHead(isRefused ? 429 : 200, { "content-type": "application/json", "retry-after": retryAfter });
    response.end(
      JSON.stringify(isRefused ? { error: { code: "PLINTH_ADMIN_RATE", message: "wait" } } : { done: true }),
    );
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const admin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const end = () => {
    server.closeAllConnections();
    server.close();
  };
  return { api: new ApiTransport({ admin, token: "t" }), bodies, [Symbol.dispose]: end };
}

test("a call beyond the token's rate is made again with its body", async () => {
  using host = await refusingAtFirst(3, "0");
  expect(await host.api.call("/v1/x", { method: "PUT", json: { n: 1 } })).toEqual({ done: true });
  expect(host.bodies).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }, { n: 1 }]);
});

test.each([
  ["again and again", 100, "0", 11],
  ["for longer than anybody waits", 100, "3600", 1],
])("a call that is refused %s fails with the host's error", async (_, times, retryAfter, calls) => {
  using host = await refusingAtFirst(times, retryAfter);
  const call = host.api.call("/v1/x", { method: "PUT", json: {} });
  await expect(call).rejects.toMatchObject({ code: "PLINTH_ADMIN_RATE", status: 429 });
  expect(host.bodies).toHaveLength(calls);
});
