/**
 * Requests as bytes, and the host's answers to them by RFC 9110 and 9112. If a proxy in front of the host could read a
 * request differently, the host refuses it and ends its connection.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestHost, type TestHost } from "../support/host.ts";
import { slimComponent } from "../support/programs.ts";
import { accepted, refused } from "./http-requests.ts";

const MIRROR = `export default { async fetch(request) {
  return Response.json([request.method, request.url, await request.text()]);
} }`;

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
  await host.deploy("mirror", slimComponent(MIRROR));
});
afterAll(() => host.close());

/**
 * Sends bytes, one for each character of the text.
 *
 * @param ends whether the client ends its side after the bytes; if not, it waits for an answer
 * @returns all bytes that come back
 */
async function exchange(bytes: string, ends = false): Promise<string> {
  const { hostname, port } = new URL(host.ingressUrl);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  let answer = "";
  socket.on("data", (data) => {
    answer += data.toString("latin1");
    // Of several requests on one connection the last one asks for its end.
    if (!/connection: close/i.test(bytes)) socket.end();
  });
  // The connection is reset if the host has given it up.
  socket.on("error", () => {});
  socket.on("end", () => socket.end());
  const closed = once(socket, "close");
  socket.write(Buffer.from(bytes, "latin1"));
  if (ends) socket.end();
  await closed;
  return answer;
}

const statuses = (answer: string) => [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

describe("is served", () => {
  test.each(accepted)("$name", async ({ bytes, method, url, body = "" }) => {
    const answer = await exchange(bytes);
    expect(statuses(answer)).toEqual([200]);
    const seen: unknown = JSON.parse(answer.slice(answer.indexOf("[")));
    expect(seen).toEqual([method, new URL(url, "http://x").href, body]);
  });
});

describe("is refused", () => {
  test.each(refused)("$name", async ({ bytes, status = 400 }) => {
    const answer = await exchange(bytes, true);
    expect(statuses(answer)).toEqual([status]);
    expect(answer).toMatch(/"code":"PLINTH_(?:BAD_HTTP|NO_ROUTE|REQUEST_HEADERS_TOO_LARGE)"/);
  });

  test("with all that follows it on its connection", async () => {
    const next = "GET /t/mirror/ HTTP/1.1\r\nHost: x\r\n\r\n";
    for (const { name, bytes } of refused.filter((it) => it.status === undefined))
      expect([name, ...statuses(await exchange(bytes + next, true))]).toEqual([name, 400]);
  });
});

test("requests that come together are answered in their order", async () => {
  const get = (path: string) => `GET /t/mirror/${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
  const answer = await exchange(`${get("1")}${get("2")}${get("3").replace("Host", "Connection: close\r\nHost")}`);
  expect(statuses(answer)).toEqual([200, 200, 200]);
  expect(answer).toMatch(/x\/1".*x\/2".*x\/3"/s);
});

test("a client that waits for 100 Continue is told so", async () => {
  const head =
    "POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n";
  expect(statuses(await exchange(`${head}x`))).toEqual([100, 200]);
});
