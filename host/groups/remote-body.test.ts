import { expect, test } from "vitest";
import { plinthError } from "../errors.ts";
import { RemoteBody } from "./remote-body.ts";

const piece = new Uint8Array([1]);

test("asks the group for a piece when the last one was moved on", async () => {
  const told: string[] = [];
  const body = new RemoteBody((kind) => void told.push(kind));
  const first = body.next();
  body.take(piece);
  await first;
  expect(told).toEqual([]);
  const second = body.next();
  expect(told).toEqual(["more"]);
  body.take(piece);
  await second;
  const end = body.next();
  body.end(null);
  expect(await end).toBeNull();
  expect(told).toEqual(["more", "more"]);
});

test("does not let a group send what it was not asked for", () => {
  const body = new RemoteBody(() => {});
  expect(() => body.take(new Uint8Array(0))).toThrow("empty");
  body.take(piece);
  expect(() => body.take(piece)).toThrow("unasked");
});

test("tells the group once that nobody reads any more, and passes over what still comes", async () => {
  const told: string[] = [];
  const body = new RemoteBody((kind) => void told.push(kind));
  body.abandon();
  body.abandon();
  body.take(piece);
  body.take(piece);
  expect(told).toEqual(["unread"]);
  expect(await body.next()).toBeNull();
});

test("breaks off with the group's reason", async () => {
  const body = new RemoteBody(() => {});
  body.end(plinthError("PLINTH_STREAM_IDLE", [1]));
  await expect(body.next()).rejects.toThrow("stood still");
});
