import { expect, test } from "vitest";
import { returnFreedMemory } from "./allocator.ts";

/** "2.36" with glibc, undefined with another C library. */
const glibc = (process.report.getReport() as { header: { glibcVersionRuntime?: string } }).header.glibcVersionRuntime;

test("the C library is told to give freed memory back where it is glibc, and nothing fails where it is not", () => {
  expect(returnFreedMemory()).toBe(glibc !== undefined);
});
