/**
 * Go programs from their sources to their answers, in one live instance of the base. The first run builds the linker and
 * the base, which takes about a minute. The user's cache folder keeps both.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compilePolicy } from "../../host/component/policy/tenant-policy.ts";
import { validateTenantModule } from "../../host/component/policy/validate-tenant-module.ts";
import { parseComponent } from "../../host/component/read/component.ts";
import { parseCoreModule } from "../../host/component/read/core-module.ts";
import type { TestState } from "../../host/worker/slot.fixture.ts";
import { type GoRuntimePackage, goRuntimePackage } from "./build.ts";
import { buildGo, type GoBuildOptions } from "./build-tenant.ts";
import { goIsInstalled, succeeds } from "./is-installed.ts";
import { linkProgram } from "./link-program.ts";
import { handler, runStatic } from "./programs.fixture.ts";
import { GoSlot } from "./slot.fixture.ts";
import { buildStaticGo } from "./static/build.ts";
import { findToolchain, runGo, type Toolchain } from "./toolchain.ts";

const testdata = (name: string) => join(import.meta.dirname, "testdata", name);
/** Timeout with room for building linker and base, ms. */
const FIRST_BUILD_MS = 600_000;

describe.skipIf(!goIsInstalled)("Go programs on a shared base (needs Go, and is skipped without)", () => {
  let toolchain: Toolchain;
  let runtime: GoRuntimePackage;
  let slot: GoSlot;
  let work: string;

  beforeAll(async () => {
    toolchain = await findToolchain();
    runtime = await goRuntimePackage(toolchain);
    slot = await GoSlot.make(runtime);
    work = mkdtempSync(join(tmpdir(), "plinth go "));
  }, FIRST_BUILD_MS);
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  async function deploy(folder: string, options?: GoBuildOptions): Promise<TestState> {
    return slot.deploy((await buildGo(folder, options)).component);
  }

  function get(image: TestState, path = "/"): string {
    slot.restore(image);
    return slot.get(path);
  }

  /** Writes files, by their paths in a new folder. */
  function tree(name: string, files: Record<string, string>): string {
    const folder = join(work, name);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return folder;
  }

  /** Writes a program of one file, in a folder whose name has a space. */
  function program(name: string, source: string): string {
    return tree(name, { "go.mod": `module example.com/${name}\n\ngo 1.25\n`, "main.go": source });
  }

  test("language and library are as in the static program", async () => {
    const output = join(work, "static.wasm");
    const environment = { ...toolchain.environment, GOWORK: "off" };
    await runGo({ ...toolchain, environment }, ["build", "-o", output, "./static"], testdata("language"));
    const expected = runStatic(output, join(work, "static.txt"));
    const report = get(await deploy(testdata("language")));
    expect(report).toBe(expected);
    expect(report.split("\n").length).toBeGreaterThan(60);
  });

  test("build tags, -ldflags -X, package variables and init", async () => {
    const options = { tags: ["special"], ldflags: '-X "main.version=1.2 beta"' };
    const image = await deploy(testdata("language"), options);
    expect(get(image, "/version")).toBe("1.2 beta variables init");
    expect(get(image, "/tagged")).toBe("special");
  });

  test("tenants run in turns in one instance, each with its own state, functions and goroutines", async () => {
    const [concurrency, language] = [await deploy(testdata("concurrency")), await deploy(testdata("language"))];
    const hello = await deploy(program("hello", handler("", `w.Write([]byte("hello " + r.URL.Path))`)));
    for (let round = 0; round < 200; round++) {
      expect(get(hello, `/${round}`)).toBe(`hello /${round}`);
      // Each request counts a first visit, because nothing is left of earlier requests.
      const path = round % 7 === 0 ? "/collect" : `/${round}`;
      expect(get(concurrency, path)).toBe("1 1 42 0 1498500 499500 999000\n");
      if (round % 20 === 0) expect(get(language, "/version")).toBe("unset variables init");
    }
  });

  test("without a switch between them, requests see what earlier ones have left", async () => {
    const image = await deploy(testdata("concurrency"));
    slot.restore(image);
    const answers = ["/a", "/b", "/a"].map((path) => slot.get(path).split(" ").slice(0, 2).join(" "));
    expect(answers).toEqual(["1 1", "2 2", "3 2"]);
  });

  test("types that reflect makes at run time, and pointers to them, though the base has all of its own types", async () => {
    const body = `
    type own struct { n int }
    e, text := reflect.TypeFor[own](), reflect.TypeFor[string]()
    field := reflect.StructField{Name: "F", Type: reflect.PointerTo(e)}
    for _, t := range []reflect.Type{
      reflect.ChanOf(reflect.BothDir, e), reflect.ChanOf(reflect.RecvDir, e),
      reflect.ChanOf(reflect.SendDir, reflect.TypeFor[*own]()),
      reflect.SliceOf(e), reflect.ArrayOf(3, e), reflect.MapOf(text, e), reflect.MapOf(e, text), reflect.PointerTo(e),
      reflect.FuncOf([]reflect.Type{e}, []reflect.Type{text}, false), reflect.StructOf([]reflect.StructField{field}),
      reflect.SliceOf(reflect.ChanOf(reflect.BothDir, reflect.ArrayOf(2, text))),
    } {
      p, v := reflect.PointerTo(t), reflect.New(t)
      runtime.GC()
      v.Elem().Set(reflect.New(t).Elem())
      pp := reflect.New(p)
      pp.Elem().Set(v)
      fmt.Fprintln(w, t, p.Elem() == t, v.Type() == p, p.String() == "*"+t.String(), pp.Elem().Elem().Type() == t)
    }
    c := reflect.MakeChan(reflect.ChanOf(reflect.BothDir, e), 1)
    c.Send(reflect.ValueOf(own{7}))
    got, _ := c.Recv()
    fmt.Fprintln(w, got.Interface().(own).n)`;
    const lines = get(await deploy(program("reflected", handler('"fmt"; "reflect"; "runtime"', body)))).split("\n");
    expect(lines.slice(0, 11).filter((line) => !line.endsWith(" true true true true"))).toEqual([]);
    expect(lines[11]).toBe("7");
  });

  const modules = testdata("third-party");
  test.skipIf(!goIsInstalled || !succeeds("go", ["mod", "download"], modules))(
    "modules of others (needs them in the module cache or a network)",
    async () => {
      expect(get(await deploy(modules))).toBe(
        "Hello, world. Don't communicate by sharing memory, share memory by communicating.",
      );
    },
  );

  describe("a component", () => {
    test("is small, imports its runtime by hash and passes its policy", async () => {
      const folder = program("small", handler(`"fmt"`, `fmt.Fprintf(w, "hello %s", r.URL.Path)`));
      const { component, module, sizes, symbols } = await buildGo(folder);
      expect(sizes.component).toBe(component.length);
      expect(sizes.component).toBeLessThan(5 * 1024);
      const parsed = parseComponent(component);
      const hash = Buffer.from(runtime.manifest.files.module.sha256, "hex").toString("base64");
      const base = `plinth:go@${toolchain.version}+${runtime.manifest.layout!.id.slice(0, 12)}`;
      expect(parsed.imports.map(({ name }) => name)).toEqual([`locked-dep=<${base}>,integrity=<sha256-${hash}>`]);
      expect(() => validateTenantModule(module, compilePolicy(runtime.manifest.policy))).not.toThrow();
      expect(symbols).toContainEqual(expect.objectContaining({ kind: "code", name: "main.main" }));
    });

    test("says how long each of its functions is", async () => {
      const { module, symbols } = await buildGo(program("symbols", handler(`"fmt"`, `fmt.Fprint(w, r.URL)`)));
      const { bodies, start } = parseCoreModule(module);
      // The linker adds the start function as the last one.
      const lengths = bodies.slice(0, -1).map(({ start, end }) => end - start);
      expect(start).toBeDefined();
      const code = symbols.filter(({ kind }) => kind === "code").map(({ bytes }) => bytes);
      expect(code).toEqual(lengths.sort((a, b) => b - a));
    });

    test("is the same each time it is built", async () => {
      const folder = program("again", handler("", `w.Write([]byte("x"))`));
      const [one, two] = [await buildGo(folder), await buildGo(folder)];
      expect(Buffer.compare(one.component, two.component)).toBe(0);
    });

    test("for another layout is refused", async () => {
      const { module } = await buildGo(program("layout", handler("", `w.Write([]byte("x"))`)));
      const { policy, layout } = runtime.manifest;
      const forged = Buffer.from(module);
      forged.write("0".repeat(32), forged.indexOf(layout!.id));
      const check =
        (bytes: Uint8Array, changed = policy) =>
        () =>
          validateTenantModule(bytes, compilePolicy(changed));
      expect(check(forged)).toThrow(/plinth:layout says "0{32}", and this runtime's is/);
      const elements = { ...policy.elements!, first: policy.elements!.first + 1 };
      expect(check(module, { ...policy, elements })).toThrow(/must begin at the table index/);
    });
  });

  describe("does not build", () => {
    test.each<[string, string, RegExp]>([
      ["a program that is wrong", handler("", "w.Wrote(nil)"), /main\.go:11:7: w\.Wrote undefined/],
      ["a package that is no program", "package other\n", /a package main/],
      [
        "cgo",
        handler("", `w.Write([]byte{byte(C.getpid())})`).replace(
          "import (",
          '// #include <unistd.h>\nimport "C"\n\nimport (',
        ),
        /cgo, which WebAssembly does not have: example\.com\/cgo/,
      ],
      ["plugin", handler(`"plugin"`, `plugin.Open(r.URL.Path)`), /^The build failed: package plugin is not supported/],
      [
        "exports of its own",
        `${handler("", "")}\n//go:wasmexport mine\nfunc mine() {}\n`,
        /go:wasmexport mine: a program exports nothing/,
      ],
      [
        "imports of its own",
        `${handler("", "theirs()")}\n//go:wasmimport env theirs\nfunc theirs()\n`,
        /may not import "theirs" from "env"/,
      ],
      [
        "more data than the base has room for",
        `${handler("", "w.Write(large[:1])")}\nvar large [64 << 20]byte\n`,
        /data takes \d+ bytes, and there is room for \d+. The largest: main\.large 67108864, .*types \d+.*--static/,
      ],
    ])("%s", async (name, source, message) => {
      await expect(buildGo(program(name.split(" ").at(-1)!, source))).rejects.toThrow(message);
    });

    test("a program for a Go that is too old for the SDK, or newer than the toolchain", async () => {
      const source = handler("", "");
      const folder = program("versions", source);
      const withLine = (line: string) =>
        writeFileSync(join(folder, "go.mod"), `module example.com/versions\n\n${line}\n`);
      withLine("go 1.21");
      await expect(buildGo(folder)).rejects.toThrow(/go\.mod says go 1\.21, .*go mod edit -go=1\.25/);
      withLine("go 1.99");
      await expect(buildGo(folder)).rejects.toThrow(`${folder}/go.mod requires go >= 1.99`);
    });

    test("a folder without go.mod", async () => {
      mkdirSync(join(work, "empty"));
      await expect(buildGo(join(work, "empty"))).rejects.toMatchObject({ code: "PLINTH_BUILD_NO_ENTRY" });
    });

    test("a folder without a program in it, and the error names those of the module", async () => {
      const folder = tree("layout-without", {
        "go.mod": "module example.com/layout\n\ngo 1.25\n",
        "lib/lib.go": "package lib\n",
        "cmd/one/main.go": "package main\n\nfunc main() {}\n",
        "cmd/two/main.go": "//go:build special\n\npackage main\n\nfunc main() {}\n",
      });
      const shown = (name: string) => relative("", join(folder, "cmd", name));
      for (const build of [buildGo, buildStaticGo]) {
        const failure = async (path: string, tags: string[] = []) =>
          build(join(folder, path), { tags }).catch(({ code, message }) => `${code} ${message}`);
        expect(await failure("")).toMatch(/^PLINTH_BUILD_NO_ENTRY .*a package main \(there is no Go file\); /);
        expect(await failure("")).toContain(`; give the folder of one: ${shown("one")}. `);
        expect(await failure("lib", ["special"])).toContain(
          `a package main (there is package lib); give the folder of one: ${shown("one")}, ${shown("two")}. `,
        );
        expect(await failure("cmd/two")).toMatch(/^PLINTH_BUILD_NO_ENTRY .*no Go file that .* let in: not main\.go\)/);
      }
    });

    test("a program that needs a module of its workspace, and the error says what to do", async () => {
      const uses = (path: string) => handler(`"${path}"`, "w.Write([]byte(lib.Text))");
      const folder = tree("workspace", {
        "go.work": "go 1.25\n\nuse (\n\t./app\n\t./lib\n)\n",
        "lib/go.mod": "module example.com/lib\n\ngo 1.25\n",
        "lib/lib.go": `package lib\n\nconst Text = "from the workspace"\n`,
        "app/go.mod": "module example.com/app\n\ngo 1.25\n",
        "app/cmd/server/main.go": uses("example.com/lib"),
      });
      const program = join(folder, "app/cmd/server");
      const advice = /go mod edit (-require=example\.com\/lib@v0\.0\.0) (-replace=example\.com\/lib=\.\.\/lib)$/m;
      const { message } = (await buildGo(program).catch((error: unknown) => error)) as Error;
      expect(message).toContain("no required module provides package example.com/lib");
      expect(message).toContain(`${join(folder, "go.work")} is left out`);
      const [, ...edits] = advice.exec(message) ?? [];
      expect(edits).toHaveLength(2);

      await runGo(toolchain, ["mod", "edit", ...edits], join(folder, "app"));
      expect(get(await deploy(program))).toBe("from the workspace");
      // The workspace is not the reason for this failure.
      writeFileSync(join(program, "main.go"), uses("example.com/lib").replace("lib.Text", "lib.Test"));
      await expect(buildGo(program)).rejects.toThrow(/^(?!.*go\.work).*undefined: lib\.Test/s);
    });

    test("a package that the base has in another form", async () => {
      const symbols = readFileSync(join(runtime.folder, runtime.manifest.files.symbols!.path));
      const fingerprint = symbols.indexOf('"fmt":"') + '"fmt":"'.length;
      symbols.write("0000", fingerprint);
      const changed = join(work, "changed.sym");
      writeFileSync(changed, symbols);
      const folder = program("changed", handler(`"fmt"`, "fmt.Fprintln(w)"));
      await expect(linkProgram(toolchain, changed, folder)).rejects.toThrow(/package fmt is not the one in the base/);
    });
  });

  test("the SDK is the base's, whatever the program's go.mod says", async () => {
    const folder = program("replaced", handler("", `w.Write([]byte("x"))`));
    cpSync(testdata("../sdk"), join(work, "other-sdk"), { recursive: true });
    const own = "require plinth.dev/sdk v0.0.0\nreplace plinth.dev/sdk v0.0.0 => ../other-sdk\n";
    writeFileSync(join(folder, "go.mod"), `module example.com/replaced\n\ngo 1.25\n${own}`);
    expect(get(await deploy(folder))).toBe("x");
    expect(readFileSync(join(folder, "go.mod"), "utf8")).toContain(own);
  });
});
