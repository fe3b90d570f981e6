/** Programs whose answers flow, and clients for them. */
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import type { TestHost } from "./host.ts";
import { slimComponent } from "./programs.ts";

/** A program that answers with a stream of this source, in which `say(c, text)` enqueues a text. */
export function streaming(source: string, init = "{}"): Uint8Array<ArrayBuffer> {
  return slimComponent(`
    const encoder = new TextEncoder();
    const say = (c, text) => c.enqueue(encoder.encode(text));
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    export default { fetch(request, env, ctx) {
      return new Response(new ReadableStream(${source}, { highWaterMark: 0 }), ${init});
    } };`);
}

/** The source of a stream that ticks for ever. */
export const ENDLESS = `{ async pull(c) { await sleep(5); say(c, "tick\\n"); } }`;

export async function open(host: TestHost, name: string): Promise<IncomingMessage> {
  const [response] = await once(get(`${host.ingressUrl}/t/${name}/`), "response");
  return response as IncomingMessage;
}

/** Sends bytes of a request, and reads to the end of the connection. */
export async function exchange(host: TestHost, bytes: string): Promise<string> {
  const { hostname, port } = new URL(host.ingressUrl);
  const socket = connect(Number(port), hostname);
  socket.write(bytes);
  return text(socket);
}
