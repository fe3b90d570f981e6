import { componentWit } from "@bytecodealliance/jco";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { dependency, plugCoreModules, slimComponent, toyRuntime, wat } from "../component.fixture.ts";
import { componentSectionIds, parseComponent } from "../read/component.ts";
import { ComponentError } from "../read/component-error.ts";
import { ByteWriter, written } from "../write/byte-writer.ts";
import { loadGlue, loadResumableGlue } from "./glue.ts";
import { shapeOf } from "./shape.ts";
import { type GlueCache, transpileComponent } from "./transpile.ts";

const request = { method: "GET", uri: "http://a.localhost/", headers: [], body: new Uint8Array() };
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

let runtime: WebAssembly.Module;
let runtimeBytes: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  runtimeBytes = await wat(toyRuntime);
  runtime = new WebAssembly.Module(runtimeBytes);
});

class MemoryCache implements GlueCache {
  readonly kept = new Map<string, string>();
  async get(hash: string) {
    return this.kept.get(hash);
  }
  async put(hash: string, glue: string) {
    this.kept.set(hash, glue);
  }
}

describe("a slim component, transpiled", () => {
  it("runs the tenant's start-up against the runtime and lifts its exports", async () => {
    const component = slimComponent("program one");
    const { glue, coreModules, imported } = await transpileComponent(component, { mode: "sync" });
    expect([...imported.keys()]).toEqual([dependency]);
    expect(coreModules.size).toBe(1);

    const embedded = [...coreModules.values()].map((bytes) => new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>));
    const instance = new WebAssembly.Instance(runtime);
    const resumable = loadResumableGlue(glue).instantiate({ runtime: instance, embedded });
    const outcome = resumable.start(request);
    expect(outcome.tag).toBe("response");
    if (outcome.tag !== "response") return;
    expect(outcome.val.status).toBe(201);
    expect(outcome.val.headers).toEqual([]);
    expect(text(outcome.val.body)).toBe("program one");
    const event = { operation: 1, outcome: { tag: "ok" as const, val: new Uint8Array([1]) } };
    expect(resumable.resume([event])).toEqual({ tag: "failed", val: "program one" });
  });

  it("serves without the tenant's module once its start-up has run", async () => {
    const { glue, coreModules } = await transpileComponent(slimComponent("ran before"), { mode: "sync" });
    const instance = new WebAssembly.Instance(runtime);
    const loaded = loadResumableGlue(glue);
    const embedded = [...coreModules.values()].map((bytes) => new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>));
    loaded.instantiate({ runtime: instance, embedded });
    const outcome = loaded.instantiate({ runtime: instance }).start(request);
    expect(outcome.tag === "response" && text(outcome.val.body)).toBe("ran before");
  });

  it("traps where the runtime does not load the source", async () => {
    const { glue, coreModules } = await transpileComponent(slimComponent("!broken"), { mode: "sync" });
    const embedded = [...coreModules.values()].map((bytes) => new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>));
    const loaded = loadResumableGlue(glue);
    expect(() => loaded.instantiate({ runtime: new WebAssembly.Instance(runtime), embedded })).toThrow(/unreachable/);
  });

  it("shares its glue with every component of its shape, and only with those", async () => {
    const cache = new MemoryCache();
    const one = await transpileComponent(slimComponent("one"), { mode: "sync", cache });
    const two = await transpileComponent(slimComponent("another, longer program"), { mode: "sync", cache });
    expect(two.glueHash).toBe(one.glueHash);
    expect(cache.kept.size).toBe(1);
    expect(text([...two.coreModules.values()][0]!)).toContain("another, longer program");
    const jspi = await transpileComponent(slimComponent("one"), { mode: "jspi", cache });
    expect(jspi.glueHash).not.toBe(one.glueHash);
    expect(shapeOf(parseComponent(runtimeFree())).hash).not.toBe(shapeOf(parseComponent(slimComponent(""))).hash);
  });

  it("is of world plinth:http/resumable-service once plugged", async () => {
    const component = parseComponent(slimComponent("x"));
    if (component.kind !== "slim") throw new Error("not slim");
    const { bytes } = plugCoreModules(component, new Map([[dependency, runtimeBytes]]));
    expect(parseComponent(bytes).kind).toBe("static");
    const wit = await componentWit(bytes);
    expect(wit).toContain("export plinth:http/resumable@0.1.0;");
    expect(wit).not.toContain("import ");
    await transpileComponent(composed(bytes, await wat(consumer)), { mode: "sync" });
    const other = composed(bytes, await wat(consumer.replace('"status" u16', '"status" u32')));
    await expect(transpileComponent(other, { mode: "sync" })).rejects.toThrow(/u32/);

    const { glue, coreModules, imported } = await transpileComponent(bytes, { mode: "sync" });
    expect(imported.size).toBe(0);
    const exports = loadGlue(glue).instantiate(
      (file) => new WebAssembly.Module(coreModules.get(file) as Uint8Array<ArrayBuffer>),
      {},
      (module, imports) => new WebAssembly.Instance(module, imports),
    );
    const resumable = exports["plinth:http/resumable@0.1.0"] as { start(r: typeof request): { tag: string } };
    expect(resumable.start(request).tag).toBe("response");
  });

  it("waits under JSPI where an asynchronous import is called", async () => {
    const component = await wat(`(component
      (import "wait" (func $wait (param "n" u32) (result u32)))
      (core func $lowered (canon lower (func $wait)))
      (core module $m
        (import "" "wait" (func $wait (param i32) (result i32)))
        (func (export "run") (param i32) (result i32) (i32.add (i32.const 1) (call $wait (local.get 0)))))
      (core instance $i (instantiate $m (with "" (instance (export "wait" (func $lowered))))))
      (func (export "run") (param "n" u32) (result u32) (canon lift (core func $i "run"))))`);
    const { glue, coreModules } = await transpileComponent(component, { mode: "jspi", asyncImports: ["wait"] });
    const exports = loadGlue(glue).instantiate(
      (file) => new WebAssembly.Module(coreModules.get(file) as Uint8Array<ArrayBuffer>),
      { wait: { default: (n: number) => Promise.resolve(n * 2) } },
      (module, imports) => new WebAssembly.Instance(module, imports),
    );
    await expect((exports.run as (n: number) => Promise<number>)(20)).resolves.toBe(41);
  });
});

describe("what a component hands out", () => {
  /** Answers with `headers` headers, whose values (or names) are all the same bytes of its memory. */
  async function answerWith(headers: number, length: number, field: "name" | "value", written = headers) {
    const [name, value] = field === "name" ? [length, 0] : [0, length];
    const toy = await wat(
      toyRuntime
        .replace('(memory (export "memory") 1 4)', '(memory (export "memory") 160)')
        .replace(
          "(i32.store offset=8 (local.get $out) (i32.const 0))",
          "(i32.store offset=8 (local.get $out) (i32.const 65536))",
        )
        .replace(
          "(i32.store offset=12 (local.get $out) (i32.const 0))",
          `(i32.store offset=12 (local.get $out) (i32.const ${headers}))`,
        ),
    );
    const runtime = new WebAssembly.Instance(new WebAssembly.Module(toy));
    const view = new DataView((runtime.exports.memory as WebAssembly.Memory).buffer);
    for (let index = 0; index < written; index++) {
      const at = 65536 + index * 16;
      view.setUint32(at + 4, name, true);
      view.setUint32(at + 12, value, true);
    }
    const { glue } = await transpileComponent(slimComponent(""), { mode: "sync" });
    return loadResumableGlue(glue).instantiate({ runtime }).start(request);
  }

  it("is counted, so that it cannot fill the host's memory", async () => {
    await expect(answerWith(20, 1 << 20, "value")).resolves.toMatchObject({ tag: "response" });
    await expect(answerWith(1000, 8 << 20, "value")).rejects.toThrow(/hands out more than/);
    await expect(answerWith(1000, 8 << 20, "name")).rejects.toThrow(/hands out more than/);
    await expect(answerWith(20, 1 << 20, "name")).resolves.toMatchObject({ tag: "response" });
  });

  it("is counted by the elements of lists, too: a million that hold nothing are a million objects", async () => {
    await expect(answerWith(10_000, 0, "value")).resolves.toMatchObject({ tag: "response" });
    await expect(answerWith(600_000, 0, "value")).rejects.toThrow(/hands out more than/);
    await expect(answerWith(0xffff_ffff, 0, "value", 0)).rejects.toThrow(/hands out more than/);
  });
});

it("refuses types that grow beyond measure when they are lifted", async () => {
  const doubled = Array.from({ length: 14 }, (_, i) => `(type $t${i + 1} (tuple $t${i} $t${i}))`).join(" ");
  const component = await wat(`(component
      (core module $m (memory (export "memory") 1) (func (export "f") (result i32) (i32.const 0)))
      (core instance $i (instantiate $m))
      (type $t0 (tuple u8 string)) ${doubled}
      (func (export "f") (result $t14) (canon lift (core func $i "f") (memory (core memory $i "memory")))))`);
  await expect(transpileComponent(component, { mode: "sync" })).rejects.toThrow(/characters of glue/);
});

describe("names", () => {
  const evil = "x'];globalThis.plinthPwned=1;['";

  it.each([
    [
      `(core module $m (func (export "${evil}"))) (core instance $i (instantiate $m))
      (func (export "run") (canon lift (core func $i "${evil}")))`,
    ],
    [
      `(core module $e (func (export "f"))) (core instance $i (instantiate $e))
      (core module $m (import "${evil}" "f" (func)))
      (core instance (instantiate $m (with "${evil}" (instance $i))))`,
    ],
    [
      `(core module $e (func (export "f"))) (core instance $e (instantiate $e))
      (core instance (export "${evil}" (func $e "f")))`,
    ],
    [`(component (core module (func (export "${evil}"))))`],
  ])("that would become code in the glue are refused", async (body) => {
    const refused = transpileComponent(await wat(`(component ${body})`), { mode: "sync" });
    await expect(refused).rejects.toMatchObject({ kind: "policy", subject: evil });
  });

  it("with free text are refused outside core-module imports", async () => {
    const component = await wat(`(component (import "url=<https://a.b/'+alert(1)+'>" (func)))`);
    await expect(transpileComponent(component, { mode: "sync" })).rejects.toMatchObject({ kind: "unsupported" });
  });
});

it("answers components that are broken where only jco looks with errors, and goes on working", async () => {
  const component = slimComponent("x");
  const { sections } = parseComponent(component);
  const { body, end } = sections.find(({ id }) => id === "type")!;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: body, max: end - 1 }), fc.integer({ min: 0, max: 255 }), async (at, value) => {
      const broken = component.slice();
      broken[at] = value;
      const error: unknown = await transpileComponent(broken, { mode: "sync" }).then(
        () => undefined,
        (reason) => reason,
      );
      if (error !== undefined) expect(error).toBeInstanceOf(ComponentError);
    }),
    { numRuns: 60 },
  );
  await transpileComponent(component, { mode: "sync" });
});

/** A component that imports `resumable` just as wit/http.wit has it. */
const consumer = `(component (import "plinth:http/resumable@0.1.0" (instance
  (type $header-type (tuple string (list u8)))
  (export "header" (type $header (eq $header-type)))
  (type $request-type (record (field "method" string) (field "uri" string)
    (field "headers" (list $header)) (field "body" (list u8))))
  (export "request" (type $request (eq $request-type)))
  (type $response-type (record (field "status" u16) (field "headers" (list $header)) (field "body" (list u8))))
  (export "response" (type $response (eq $response-type)))
  (type $event-type (record (field "operation" u32) (field "outcome" (result (list u8) (error string)))))
  (export "event" (type $event (eq $event-type)))
  (type $outcome-type (variant (case "response" $response) (case "early-response" $response)
    (case "pending") (case "done") (case "failed" string) (case "stuck" string)))
  (export "outcome" (type $outcome (eq $outcome-type)))
  (export "start" (func (param "request" $request) (result $outcome)))
  (export "resume" (func (param "events" (list $event)) (result $outcome))))))`;

/** A component in which `user` imports the exports of `maker`. */
function composed(maker: Uint8Array, user: Uint8Array): Uint8Array {
  const name = "plinth:http/resumable@0.1.0";
  const instance = 0x05;
  return new ByteWriter()
    .bytes(maker.subarray(0, 8))
    .section(componentSectionIds.component, maker)
    .section(componentSectionIds.component, user)
    .section(componentSectionIds.instance, new Uint8Array([1, 0, 0, 0])) // instance 0: maker, no arguments
    .section(
      componentSectionIds.alias,
      written((w) => w.u32(1).u8(instance, 0, 0).name(name)),
    ) // 1: its export
    .section(
      componentSectionIds.instance,
      written((w) => w.u32(1).u8(0, 1, 1).name(name).u8(instance, 1)),
    )
    .finish();
}

it("says where jco finds a component invalid", async () => {
  const component = slimComponent("x");
  const { sections } = parseComponent(component);
  const types = sections.find(({ id }) => id === "type")!;
  component[types.body + 1] = 0x7f; // `list` becomes `bool`, and u8 a stray type
  const refused = await transpileComponent(component, { mode: "sync" }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ComponentError);
  expect(refused).toMatchObject({ kind: "malformed", offset: types.start });
});

/** The slim component's shape with one export less asked of the runtime: `load` is last in the app's imports. */
function runtimeFree(): Uint8Array {
  const bytes = slimComponent("");
  const at = Buffer.from(bytes).indexOf("load");
  for (let found = at; found !== -1; found = Buffer.from(bytes).indexOf("load", found + 1)) bytes[found] = 0x72;
  return bytes;
}
