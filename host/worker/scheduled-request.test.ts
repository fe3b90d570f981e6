import { expect, test } from "vitest";
import { scheduledRequest } from "./scheduled-request.ts";

test("a scheduled run is the request that runtimes without a function for such runs know it by", () => {
  expect(scheduledRequest({ kind: "scheduled", cron: "0 6 * * mon-fri", time: 1_779_084_000_000 })).toEqual({
    method: "POST",
    uri: "plinth://scheduled",
    headers: [
      ["cron", Buffer.from("0 6 * * mon-fri")],
      ["scheduled-time", Buffer.from("1779084000000")],
    ],
    body: new Uint8Array(0),
  });
});
