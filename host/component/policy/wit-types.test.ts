import { readFileSync } from "node:fs";
import { componentEmbed, componentNew } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { slimComponent } from "../../../test/support/programs.ts";
import { shapeOf } from "../glue/shape.ts";
import { parseComponent } from "../read/component.ts";
import { witInterfaces } from "../read/wit-text.ts";
import { requireWitTypes } from "./wit-types.ts";

const packages = ["http", "kv", "fetch", "vars"] as const;

/** A component of a world, with functions that trap; `change` may alter the text of wit/. */
async function dummy(world: string, change: (wit: string) => string = (wit) => wit): Promise<Uint8Array> {
  const nested = packages.map((name) =>
    readFileSync(new URL(`../../../wit/${name}.wit`, import.meta.url), "utf8").replace(
      /^package ([^;]+);([\s\S]*)$/,
      "package $1 { $2 }",
    ),
  );
  const witSource = change(`package test:test; world dummy { ${world} } ${nested.join("\n")}`);
  return componentNew(await componentEmbed({ witSource, world: "dummy", dummy: true }), []);
}

async function check(component: Uint8Array): Promise<void> {
  await requireWitTypes(shapeOf(parseComponent(component)).bytes);
}

const EVERYTHING = `
  import plinth:kv/store@0.1.0;
  import plinth:fetch/client@0.1.0;
  import plinth:vars/environment@0.1.0;
  export plinth:http/handler@0.1.0;
  export plinth:http/scheduled@0.1.0;`;

describe("types of a component's interfaces", () => {
  test("those of wit/ are taken", async () => {
    await check(await dummy(EVERYTHING));
  });

  test("a part of an imported interface is enough", async () => {
    const withoutPut = (wit: string) => wit.replace(/put: func[^;]*;/, "").replace(/record put-options \{[^}]*\}/, "");
    await check(await dummy(EVERYTHING, withoutPut));
  });

  test("the ones that plinth build writes are taken", async () => {
    await check(slimComponent("export default { fetch() {} }"));
  });

  test.each([
    [
      "a parameter",
      "plinth:kv/store@0.1.0",
      /namespace: string, key: string\) -> result<option<entry>/,
      "namespace: string, key: u32) -> result<option<entry>",
    ],
    [
      "a record's field",
      "plinth:http/types@0.1.0",
      /status: u16,(?=\s*headers: list<header>,\s*body: list<u8>,\s*\}\s*\/\/\/ An op)/,
      "status: u32,",
    ],
    ["a field's order", "plinth:fetch/client@0.1.0", /status-text: string,/, "a-text: string,"],
    [
      "a function more",
      "plinth:vars/environment@0.1.0",
      /get: func\(name: string\)/,
      "other: func(); get: func(name: string)",
    ],
    ["the result", "plinth:http/scheduled@0.1.0", /-> result<_, string>/, "-> result<string, string>"],
  ])("%s that differs is refused", async (_, subject, from, to) => {
    const change = (wit: string) => {
      expect(wit).toMatch(from);
      return wit.replace(from, to);
    };
    await expect(check(await dummy(EVERYTHING, change))).rejects.toMatchObject({ kind: "interface", subject });
  });

  test("an exported interface without its function is refused", async () => {
    const change = (wit: string) => wit.replace("handle: func(request: request) -> response;", "");
    await expect(check(await dummy(EVERYTHING, change))).rejects.toMatchObject({
      kind: "interface",
      message: expect.stringContaining("handle: func(request: request) -> response"),
    });
  });
});

test("interfaces are read item by item", () => {
  const read = witInterfaces(`package a:b@1.0.0;
    /// An interface; with { marks } in its comment.
    interface one {
      use two.{x, y};
      // record r { a: u8 }
      record r { a: u8, b: list<u8>, }
      type t = tuple<string,
        u8>;
      %list: func(r: r) -> result<_, string>;
    }
    world w { import one; export f: func(); }
    interface empty {}`);
  expect(Object.fromEntries([...read].map(([name, items]) => [name, [...items]]))).toEqual({
    one: [
      "use two.{x}",
      "use two.{y}",
      "record r { a: u8, b: list<u8> }",
      "type t = tuple<string, u8>",
      "%list: func(r: r) -> result<_, string>",
    ],
    empty: [],
  });
});
