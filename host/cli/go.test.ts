/** The commands on Go projects, as a user runs them, against a host with the Go runtime. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliOptions, firstLine, runCli, startCli } from "../../test/support/cli.ts";
import { goEnvironment, goIsInstalled, needsGo } from "../../test/support/go.ts";
import { ensureGoRuntime } from "../../test/support/go-runtime.ts";

const env = goEnvironment();
const program = (statements: string, imports = "") => `package main

import (
	"net/http"
	${imports}

	"plinth.dev/sdk"
)

var version = "unset"

func main() {
	plinth.Handle(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		${statements}
	}))
}
`;

describe.skipIf(!goIsInstalled)(`Go projects${needsGo}`, () => {
  let folder: string;
  let project: string;

  beforeAll(async () => {
    await ensureGoRuntime();
    folder = await mkdtemp(join(tmpdir(), "plinth-cli-go-"));
    // The command must not read the user's settings.
    env.XDG_CONFIG_HOME = join(folder, "config");
    project = await projectOf("greeter", program("w.Write([]byte(version + suffix))"), {
      "plain.go": '//go:build !loud\n\npackage main\n\nconst suffix = "."\n',
      "loud.go": '//go:build loud\n\npackage main\n\nconst suffix = "!"\n',
    });
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function projectOf(name: string, main: string, others: Record<string, string> = {}): Promise<string> {
    const path = join(folder, name);
    await mkdir(path);
    const files = { "go.mod": `module shop.example/${name}/v2\n\ngo 1.25\n`, "main.go": main, ...others };
    for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), text);
    return path;
  }

  /** Makes a project with go.mod at its root and the program in `cmd/server`. */
  async function layoutOf(name: string): Promise<string> {
    const module = `shop.example/${name}`;
    const path = join(folder, name);
    const files = {
      "go.mod": `module ${module}\n\ngo 1.25\n`,
      "internal/text/text.go": 'package text\n\nconst Greeting = "from below"\n',
      "cmd/server/main.go": program("w.Write([]byte(text.Greeting + motto))", `_ "embed"\n"${module}/internal/text"`),
      "cmd/server/motto.go": 'package main\n\nimport _ "embed"\n\n//go:embed motto.txt\nvar motto string\n',
      "cmd/server/motto.txt": ", embedded",
    };
    for (const [file, text] of Object.entries(files)) {
      await mkdir(dirname(join(path, file)), { recursive: true });
      await writeFile(join(path, file), text);
    }
    return path;
  }

  async function plinth(args: string[], options: CliOptions = { env }): Promise<string> {
    const { code, stdout, stderr } = await runCli(args, options);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout;
  }

  describe("build", () => {
    test("writes a component of a few KB to dist, named for the module", async () => {
      const result = JSON.parse(await plinth(["build", project, "--json"]));
      expect(result).toEqual({
        output: join(project, "dist", "greeter.wasm"),
        language: "go",
        sizes: { component: expect.any(Number), program: expect.any(Number) },
        warnings: [],
        runtime: expect.stringMatching(/^plinth:go@1\./),
      });
      expect((await stat(result.output)).size).toBe(result.sizes.component);
      expect(result.sizes.component).toBeLessThan(5 * 1024);
    });

    test("--compare and --why say how large it would be, and what it is made of", async () => {
      const text = await plinth(["build", project, "--compare", "--why"]);
      expect(text).toMatch(
        /^\S+greeter\.wasm +[0-9,]+ bytes \(program [0-9,]+, the rest [0-9,]+\), linked to plinth:go@1\./,
      );
      const times = /with everything inside: [0-9,]+ bytes, ([0-9,]+) times as large/.exec(text)?.[1]?.replace(",", "");
      expect(Number(times)).toBeGreaterThan(400);
      expect(text).toMatch(/\nPACKAGE +CODE +DATA\n/);
      expect(text).toMatch(/\nmain +[0-9,]+ +[0-9,]+\n/);
      expect(text).toMatch(/\nmain\.main\.func1 +code +[0-9,]+\n/);

      const json = JSON.parse(await plinth(["build", project, "--compare", "--why", "--json"]));
      expect(json.static.bytes).toBeGreaterThan(json.sizes.component * 400);
      expect(json.symbols).toContainEqual({ kind: "code", name: "main.main", bytes: expect.any(Number) });
    }, 120_000);

    test.each([
      [
        "cgo",
        program("w.Write([]byte{byte(C.getpid())})").replace(
          "import (",
          '// #include <unistd.h>\nimport "C"\n\nimport (',
        ),
      ],
      ["plugin", program("plugin.Open(r.URL.Path)", '"plugin"')],
    ])("a program with %s does not build, and the error says why", async (name, source) => {
      const { code, stderr } = await runCli(["build", await projectOf(name, source)], { env });
      expect(code).toBe(1);
      expect(stderr).toMatch(/^error PLINTH_BUILD_FAILED: /);
      expect(stderr).toContain(name === "cgo" ? "cgo, which WebAssembly does not have" : "plugin");
    });

    test("a program below the folder of go.mod, by its own folder or as the manifest's main", async () => {
      const root = await layoutOf("layout");
      const nothing = await runCli(["build", "."], { env, cwd: root });
      expect(nothing).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("give the folder of one: ./cmd/server. "),
      });

      const own = await plinth(["build", "./cmd/server", "--compare"], { env, cwd: root });
      expect(own).toMatch(/^cmd\/server\/dist\/server\.wasm .*\nwith everything inside: /);
      await writeFile(join(root, "plinth.jsonc"), JSON.stringify({ main: "./cmd/server" }));
      const whole = await plinth(["build", "--static"], { env, cwd: root });
      expect(whole).toMatch(/^dist\/layout-static\.wasm .* with everything inside\n$/);
    }, 120_000);

    test("without Go the error names the versions that will do", async () => {
      const { code, stderr } = await runCli(["build", project], { env: { ...env, PATH: folder } });
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(/^error PLINTH_GO_MISSING: .*there is no go in PATH.*1\.26/),
      });
    });

    test("options of another language, and folders of two", async () => {
      const usage = async (...args: string[]) => {
        const { code, stderr } = await runCli(["build", ...args], { env });
        return `${code} ${stderr}`;
      };
      expect(await usage(project, "--no-source-map")).toMatch(
        /^2 .*is a Go project, for which there is no --no-source-map/,
      );
      const both = await projectOf("both", program(""), {
        "package.json": "{}",
        "index.js": "export default () => {};",
      });
      expect(await usage(both)).toMatch(/^1 error PLINTH_BUILD_LANGUAGE: .*go\.mod and package\.json/);
      expect(await usage(both, "--language", "js", "--compare")).toMatch(
        /^2 .*is a JavaScript project, for which .* --compare/,
      );
      expect(await usage(both, "--language", "js")).toBe("0 ");
      expect(await usage(both, "--language", "go")).toBe("0 ");
    });
  });

  test("runtime build and runtime list know the package", async () => {
    const built = JSON.parse(await plinth(["runtime", "build", "go", "--json"]));
    expect(built).toMatchObject({ language: "go", name: "plinth:go", changed: false });
    expect(await plinth(["runtime", "build", "go"])).toBe(`plinth:go@${built.version} is up to date\n`);
    const { runtimes } = JSON.parse(await plinth(["runtime", "list", "--json"]));
    expect(runtimes).toContainEqual(expect.objectContaining({ language: "go", version: built.version }));
    expect(await plinth(["runtime", "list"])).toMatch(/^LANGUAGE +NAME .*\ngo +plinth:go /);
  });

  describe("deploy", () => {
    let server: ChildProcess;
    let ingress: string;
    let client: CliOptions;
    beforeAll(async () => {
      const data = join(folder, "data");
      server = startCli(["serve", "--data", data, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--json"]);
      const ready = JSON.parse(await firstLine(server)) as { ingress: string; admin: string; token: string };
      ingress = ready.ingress;
      const token = (await readFile(ready.token, "utf8")).trim();
      client = { env: { ...env, PLINTH_ADMIN: ready.admin, PLINTH_TOKEN: token } };
    });
    afterAll(async () => {
      server.kill("SIGKILL");
      await once(server, "close");
    });

    const answer = async (tenant: string): Promise<string> => (await fetch(`${ingress}/t/${tenant}/`)).text();

    test("a folder is built and served, with tags and linker flags", async () => {
      const first = await plinth(["deploy", project, "--name", "greeter"], client);
      expect(first).toMatch(/^greeter: version 1, [0-9,]+ bytes, active\n/);
      expect(await answer("greeter")).toBe("unset.");
      const flags = ["--tags", "other,loud", "--ldflags", "-X main.version=1.2.3"];
      await plinth(["deploy", project, "--name", "greeter", ...flags], client);
      expect(await answer("greeter")).toBe("1.2.3!");
    });

    test("a program below the folder of go.mod", async () => {
      const root = await layoutOf("deep");
      await plinth(["deploy", "./cmd/server", "--name", "deep"], { ...client, cwd: root });
      expect(await answer("deep")).toBe("from below, embedded");
      await writeFile(join(root, "plinth.jsonc"), JSON.stringify({ name: "deeper", main: "./cmd/server" }));
      await plinth(["deploy"], { ...client, cwd: root });
      expect(await answer("deeper")).toBe("from below, embedded");
    });

    test("the program with everything inside is served, too", async () => {
      const built = JSON.parse(await plinth(["build", project, "--static", "--json"]));
      expect(built.output).toBe(join(project, "dist", "greeter-static.wasm"));
      expect(built.sizes.component).toBeGreaterThan(1 << 20);
      await plinth(["deploy", built.output, "--name", "static"], client);
      expect(await answer("static")).toBe("unset.");
    }, 120_000);

    test("files and sockets fail inside the program as Go's own errors", async () => {
      const source = program(
        `_, file := os.ReadFile("/etc/passwd")
		_, socket := net.Dial("tcp", "192.0.2.1:80")
		fmt.Fprintln(w, errors.Is(file, fs.ErrNotExist) || file != nil, socket != nil)`,
        '"errors"\n"fmt"\n"io/fs"\n"net"\n"os"',
      );
      await plinth(["deploy", await projectOf("sandboxed", source), "--name", "sandboxed"], client);
      expect(await answer("sandboxed")).toBe("true true\n");
    });
  });
});
