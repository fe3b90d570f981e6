import { expect, test } from "vitest";
import type { GoSymbol } from "../build-tenant.ts";
import { sizeAdvice } from "./advice.ts";

const symbol = (name: string, bytes: number) => ({ name, kind: "code", bytes }) as GoSymbol;
const gin = symbol("github.com/gin-gonic/gin.New", 300_000);
const codec = symbol("github.com/ugorji/go/codec.decode", 9_800_000);

test("a small program needs no advice", () => {
  expect(sizeAdvice([gin, symbol("main.main", 1_000)], 301_000)).toEqual([]);
});

test("a large program's largest parts are named", () => {
  const yaml = symbol("github.com/goccy/go-yaml.Parse", 5_000_000);
  expect(sizeAdvice([symbol("main.main", 1_000), gin, yaml], 5_301_000)).toEqual([
    expect.stringContaining("5.3 MB, and its code"),
  ]);
  const [advice] = sizeAdvice([symbol("main.main", 1_000), gin, yaml], 5_301_000);
  expect(advice).toContain("github.com/goccy/go-yaml 5.0 MB, github.com/gin-gonic/gin 0.3 MB, main 0.0 MB.");
});

test("a build tag that leaves much out is named, where the package that knows the tag is there", () => {
  expect(sizeAdvice([gin, codec], 10_100_000)[1]).toContain(
    "github.com/ugorji/go/codec, 9.8 MB. Where it is not used, --tags nomsgpack",
  );
  expect(sizeAdvice([codec], 9_800_000)).toHaveLength(1);
});
