import { expect, test } from "vitest";
import { connectionsByDescriptors } from "./connections.ts";

test("most descriptors are for connections, and some are left", () => {
  const limits =
    "Max processes             95943                95943                processes \n" +
    "Max open files            4000                 20000                files     \n";
  expect(connectionsByDescriptors(limits)).toBe(3000);
  expect(connectionsByDescriptors(limits.replace("4000 ", "unlimited "))).toBe(Number.POSITIVE_INFINITY);
  expect(connectionsByDescriptors("")).toBe(768);
  expect(connectionsByDescriptors()).toBeGreaterThan(100);
});
