import { describe, expect, it } from "vitest";
import { readRequestTarget } from "./request-target.ts";

const read = (url: string, ...hosts: string[]) =>
  readRequestTarget({
    url,
    rawHeaders: ["Accept", "*/*", ...hosts.flatMap((host) => ["Host", host])],
    httpVersion: "1.1",
  });

describe("the target of a request", () => {
  it("is the Host header and the path", () => {
    expect(read("/a?b", "shop.example.com:8080")).toEqual({ host: "shop.example.com:8080", path: "/a?b" });
    expect(read("//a/../b", "[::1]:80")).toEqual({ host: "[::1]:80", path: "//a/../b" });
  });

  it("may be an address, or a name with digits", () => {
    for (const host of ["127.0.0.1:8080", "1", "[2001:db8::1]", "7.example", "a.7b.example", "xn--bcher-kva.example"])
      expect(read("/", host).host).toBe(host);
  });

  it("is the absolute form where that is used, whatever the header says", () => {
    expect(read("http://one.example/x?y", "two.example")).toEqual({ host: "one.example", path: "/x?y" });
    expect(read("HTTP://one.example", "two.example")).toEqual({ host: "one.example", path: "/" });
    expect(read("http://one.example?q", "two.example")).toEqual({ host: "one.example", path: "/?q" });
  });

  it("is refused where two readers could take it for different things", () => {
    for (const hosts of [
      [],
      ["a.example", "b.example"],
      ["a.example", "a.example"],
      [""],
      ["a@b"],
      ["x/../y?z#"],
      ["a b"],
      ["a:65536"],
      ["a:x"],
      ["shop:99999"],
      ["1.2.3.4.5"],
      ["256.0.0.1:80"],
      ["a.1"],
      ["[::1::]"],
    ]) {
      expect(() => read("/", ...hosts)).toThrow(/Host/);
    }
    expect(() => read("http://user@one.example/", "one.example")).toThrow(/Host/);
    for (const url of ["*", "", "a.example:80", "ftp://a.example/"]) {
      expect(() => read(url, "a.example")).toThrow(/not a path/);
    }
    for (const url of ["/#", "/a?b#c", "http://a.example/#"]) expect(() => read(url, "a.example")).toThrow(/fragment/);
  });
});
