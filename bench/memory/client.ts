/** The benchmark's HTTP: one connection, one request at a time, so that a latency is the host's and not a queue's. */
import { Agent, request } from "node:http";

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

export interface Timed {
  status: number;
  body: string;
  /** From the request's first byte out to the response's first byte in, ms. */
  ms: number;
}

export function get(url: string): Promise<Timed> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    request(url, { agent }, (response) => {
      const ms = performance.now() - started;
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => {
        body += text;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body, ms }));
      response.on("error", reject);
    })
      .on("error", reject)
      .end();
  });
}

export function closeConnections(): void {
  agent.destroy();
}

/** A call of the admin API. @throws Error with the host's answer where it is not 2xx */
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
