/**
 * The benchmark's HTTP client. It has one connection for each host and one request at a time, so that a latency is the
 * host's and not a queue's. It writes bytes to a socket, because a full HTTP client takes as long as the host's own work.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface Timed {
  status: number;
  body: string;
  /** Time from the request's first byte sent to the response's first byte received, ms. */
  ms: number;
}

const connections = new Map<string, Socket>();

/** @param url http, with a port */
export async function get(url: string): Promise<Timed> {
  const { origin, hostname, port, pathname, search, host } = new URL(url);
  let socket = connections.get(origin);
  if (socket === undefined || socket.destroyed) {
    socket = connect({ port: Number(port), host: hostname, noDelay: true });
    connections.set(origin, socket);
    await once(socket, "connect");
  }
  const request = `GET ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\n\r\n`;
  return exchange(socket, request);
}

function exchange(socket: Socket, request: string): Promise<Timed> {
  const { promise, resolve, reject } = Promise.withResolvers<Timed>();
  let received = "";
  let ms = 0;
  const onData = (bytes: Buffer) => {
    if (received === "") ms = performance.now() - started;
    received += bytes.toString("latin1");
    const response = parse(received);
    if (response === null) return;
    finish();
    resolve({ ...response, ms });
  };
  const onClose = () => {
    finish();
    reject(new Error("the host closed the connection before it had answered"));
  };
  const finish = () => socket.off("data", onData).off("close", onClose);
  socket.on("data", onData).on("close", onClose);
  const started = performance.now();
  socket.write(request);
  return promise;
}

/** Parses a response with Content-Length, the form that the host sends. @returns null while the response is not whole */
function parse(text: string): { status: number; body: string } | null {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const head = text.slice(0, end);
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  const body = text.slice(end + 4);
  if (body.length < length) return null;
  return { status: Number(head.slice(9, 12)), body };
}

export function closeConnections(): void {
  for (const socket of connections.values()) socket.destroy();
  connections.clear();
}

/** Calls the admin API. @throws Error with the host's answer if the status is not 2xx */
export async function admin(
  host: { admin: string; token: string },
  method: string,
  path: string,
  body?: { json: unknown } | { wasm: Uint8Array },
): Promise<unknown> {
  const isJson = body !== undefined && "json" in body;
  const response = await fetch(host.admin + path, {
    method,
    headers: {
      authorization: `Bearer ${host.token}`,
      ...(body === undefined ? {} : { "content-type": isJson ? "application/json" : "application/wasm" }),
    },
    body: body === undefined ? null : isJson ? JSON.stringify(body.json) : (body.wasm as Uint8Array<ArrayBuffer>),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === "" ? null : JSON.parse(text);
}
