/** Servers that send small pieces without end. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { beginRequest, openBinding } from "./caller.fixture.ts";

/** Answers each connection with a head, and then with the same text for as long as the client is there. */
async function flood(head: string, text: string, times: number) {
  const server = createServer((socket: Socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.write(head);
      const go = () => {
        while (text !== "" && !socket.destroyed && socket.write(text.repeat(times)));
        if (text !== "" && !socket.destroyed) socket.once("drain", go);
      };
      go();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

test.each([
  ["informational responses", "", "HTTP/1.1 103 Early Hints\r\n\r\n", /informational responses/],
  ["pieces of a body", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "1\r\nx\r\n", /too many small pieces/],
])("%s are taken up to a number", async (_, head, text, message) => {
  const server = await flood(head, text, 1_000);
  await using binding = openBinding();
  const fetch = beginRequest(binding, { allow: [server.host] });
  await expect(fetch(`http://${server.host}/`)).rejects.toMatchObject({
    code: "PLINTH_FETCH_FAILED",
    message: expect.stringMatching(message),
  });
  server.close();
});

test("a few informational responses are passed over", async () => {
  const early = "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n".repeat(20);
  const server = await flood(`${early}HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\nfinal`, "", 1);
  await using binding = openBinding();
  const { status, body } = await beginRequest(binding, { allow: [server.host] })(`http://${server.host}/`);
  expect([status, body.toString()]).toEqual([200, "final"]);
  server.close();
});
