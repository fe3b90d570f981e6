/** A server on loopback for tenants to fetch from. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Origin extends AsyncDisposable {
  readonly port: number;
  /** "http://127.0.0.1:PORT" */
  readonly url: string;
  /** "127.0.0.1:PORT", as `fetch.allow` takes it. */
  readonly host: string;
  /** All requests, in the order of their arrival. */
  readonly requests: IncomingMessage[];
  /** Largest number of requests that were under way at once. */
  readonly mostAtOnce: number;
  /** Number of connections since the start. */
  readonly connections: number;
  /** Resolves when that many requests have arrived since the start. */
  arrived(count: number): Promise<void>;
  /** Resolves when no connection is open. */
  idle(): Promise<void>;
}

/** @param answer gets each request and may answer it later, or never */
export async function startOrigin(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<Origin> {
  const requests: IncomingMessage[] = [];
  let now = 0;
  let most = 0;
  let connections = 0;
  let open = 0;
  const server = createServer((request, response) => {
    requests.push(request);
    most = Math.max(most, ++now);
    response.once("close", () => now--);
    answer(request, response);
    server.emit("arrived");
  });
  server.on("connection", (socket) => {
    connections++;
    open++;
    socket.once("close", () => {
      open--;
      server.emit("left");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    requests,
    get mostAtOnce() {
      return most;
    },
    get connections() {
      return connections;
    },
    arrived: async (count) => {
      while (requests.length < count) await once(server, "arrived");
    },
    idle: async () => {
      while (open > 0) await once(server, "left");
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
