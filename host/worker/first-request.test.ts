import { expect, test } from "vitest";
import { firstRequest } from "./first-request.ts";

const bytes = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

test("a scheduled run is the request that the runtimes know it by", () => {
  expect(firstRequest({ kind: "scheduled", cron: "0 6 * * mon-fri", time: 1_779_084_000_000 })).toEqual({
    method: "POST",
    uri: "plinth://scheduled",
    headers: [
      ["cron", Buffer.from("0 6 * * mon-fri")],
      ["scheduled-time", Buffer.from("1779084000000")],
    ],
    body: new Uint8Array(0),
  });
});

test("a visitor's request is itself, with headers as bytes", () => {
  const request = { method: "PUT", uri: "http://shop.localhost/cart", body: bytes("body") };
  const first = firstRequest({ kind: "start", request: { ...request, headers: [["x-name", "M\u00fcller"]] } });
  expect(first).toEqual({ ...request, headers: [["x-name", Buffer.from("M\u00fcller", "latin1")]] });
});
