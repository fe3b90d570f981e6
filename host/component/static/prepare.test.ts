import { parse } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { prepareStaticComponent } from "./prepare.ts";
import { component, refusal, waiting } from "./static.fixture.ts";

describe("prepareStaticComponent", () => {
  test.each([
    ["wasi:keyvalue/store@0.2.0-draft", '(import "wasi:keyvalue/store@0.2.0-draft" "open" (func $f))'],
    ["wasi:http/types@0.3.0", '(import "wasi:http/types@0.3.0" "open" (func $f))'],
    ["secret", '(import "$root" "secret" (func $f))'],
  ])("refuses %s by name", async (name, coreImport) => {
    const bytes = await component([name === "secret" ? "secret: func()" : name], coreImport, "(i32.const 200)");
    const refused = expect(prepareStaticComponent(bytes)).rejects;
    await refused.toEqual(refusal("unsupported-import", new RegExp(`imports ${name}, which`)));
    await refused.toMatchObject({ details: { import: name } });
  });

  test("refuses a component without a handler", async () => {
    await expect(prepareStaticComponent(await parse("(component)"))).rejects.toEqual(
      refusal("no-handler", "plinth:http/handler@0.1.0"),
    );
  });

  test("refuses what is not a component", async () => {
    const module = await parse("(module)");
    for (const bytes of [new Uint8Array(), new TextEncoder().encode("not wasm"), waiting.subarray(0, 700), module]) {
      await expect(prepareStaticComponent(bytes)).rejects.toMatchObject({ name: "ComponentError", kind: "malformed" });
    }
  });

  test("refuses a component that is whole on the outside and broken inside", async () => {
    const broken = waiting.slice();
    const name = Buffer.from(broken.buffer).indexOf("cabi_realloc");
    broken[name - 1] = 200; // the length of an export's name in the core module
    await expect(prepareStaticComponent(broken)).rejects.toMatchObject({ name: "ComponentError", kind: "malformed" });
    const invalid = (await component([], "", "(i32.const 77777)")).slice();
    const constant = Buffer.from(invalid.buffer).indexOf(Buffer.of(0x41, 0xd1, 0xdf, 0x04));
    invalid[constant] = 0x43; // i32.const becomes f32.const
    await expect(prepareStaticComponent(invalid)).rejects.toEqual(refusal("malformed", "core module"));
  });

  test("refuses a memory that begins above the limit", async () => {
    const bytes = await component([], "", "(i32.const 200)"); // two pages
    await expect(prepareStaticComponent(bytes, { memoryPages: 1 })).rejects.toMatchObject({ kind: "policy" });
  });

  test("gives components of one shape the same glue", async () => {
    const [a, b] = await Promise.all(["(i32.const 200)", "(i32.const 201)"].map((body) => component([], "", body)));
    const [one, other] = [await prepareStaticComponent(a!), await prepareStaticComponent(b!)];
    expect(one.glue).toBe(other.glue);
    expect(one.modules).not.toEqual(other.modules);
  });
});
