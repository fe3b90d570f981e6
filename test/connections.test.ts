/** Many connections at once, and the descriptors that they would take. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { startTestHost } from "./support/host.ts";
import { answering } from "./support/programs.ts";

async function open(url: string, count: number, text: string): Promise<Socket[]> {
  const { hostname, port } = new URL(url);
  const sockets = Array.from({ length: count }, () => connect(Number(port), hostname));
  for (const socket of sockets) socket.on("error", () => {});
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  for (const socket of sockets) socket.write(text);
  return sockets;
}

test("connections that wait for a next request make room for others", async () => {
  await using host = await startTestHost({ maxConnections: 20 });
  await host.deploy("shop", answering("1"));
  const idle = await open(host.ingressUrl, 18, "GET /t/shop/ HTTP/1.1\r\nHost: x\r\n\r\n");
  await Promise.all(idle.map((socket) => once(socket, "data")));
  await expect.poll(async () => (await host.fetch("shop")).status).toBe(200);
  for (const socket of idle) socket.destroy();
});

test("visitors who take all connections lock neither the operator out nor, once they go, anybody else", async () => {
  await using host = await startTestHost({ maxConnections: 10 });
  await host.deploy("shop", answering("1"));
  const busy = await open(host.ingressUrl, 30, "GET /t/shop/ HTTP/1.1\r\nHost: x\r\nX-Endless: ");
  const get = () =>
    host.fetch("shop").then(
      ({ status }) => status,
      () => "refused",
    );
  await expect.poll(get).toBe("refused");
  expect((await host.admin("/v1/tenants")).status).toBe(200);
  for (const socket of busy) socket.destroy();
  await expect.poll(get).toBe(200);
});
