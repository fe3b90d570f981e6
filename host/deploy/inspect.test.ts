import { expect, test } from "vitest";
import { slimComponent, wat } from "../component/component.fixture.ts";
import { inspect } from "./inspect.ts";

const component = slimComponent("export default () => new Response()");
const failsWith = (code: string, details: object = {}) => expect.objectContaining({ code, details });
const roomy = { slim: 1_000_000, static: 1_000_000 };

test("tells a slim component, a static one and a WASI command apart", async () => {
  expect(inspect(component, roomy)).toMatchObject({ kind: "slim" });
  expect(inspect(await wat("(component)"), roomy)).toMatchObject({ kind: "static" });
  expect(inspect(await wat("(module)"), roomy)).toEqual({ kind: "wasi" });
});

test("each kind has its own limit, at which it still fits", async () => {
  const size = component.length;
  expect(inspect(component, { slim: size, static: 0 })).toMatchObject({ kind: "slim" });
  const refused = failsWith("PLINTH_UPLOAD_TOO_LARGE", { size, limit: size - 1 });
  expect(() => inspect(component, { slim: size - 1, static: 1_000_000 })).toThrow(refused);
  expect(() => inspect(component, { slim: 1, static: size - 1 })).toThrow(refused);
  const module = await wat("(module)");
  expect(inspect(module, { slim: 0, static: module.length })).toEqual({ kind: "wasi" });
  expect(() => inspect(module, { slim: 1_000_000, static: module.length - 1 })).toThrow(
    failsWith("PLINTH_UPLOAD_TOO_LARGE", { size: module.length, limit: module.length - 1 }),
  );
});

test("what is no WebAssembly is told so", () => {
  for (const text of ["", "#!/bin/sh", "\0asm"]) {
    expect(() => inspect(Buffer.from(text), roomy)).toThrow(failsWith("PLINTH_NOT_A_COMPONENT"));
  }
});

test("a component that was cut off is told so, wherever that was", () => {
  const whole = new Set<number>();
  for (let size = 9; size < component.length; size++) {
    try {
      inspect(component.subarray(0, size), roomy);
      whole.add(size);
    } catch (error) {
      // A file that ends between two sections has the form of a component, but parts are missing.
      const { code } = error as { code: string };
      if (code !== "PLINTH_COMPONENT_TRUNCATED") whole.add(size);
      else expect(error).toMatchObject({ details: { size, missing: expect.any(Number) } });
    }
  }
  // The others are cuts between two sections. There are some twenty of these, and thousands of bytes.
  expect(whole.size).toBeLessThan(60);
});
