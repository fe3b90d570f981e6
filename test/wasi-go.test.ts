import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildGoCommand, errorOf, goIsThere } from "./support/commands.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { inParallel } from "./support/load.ts";

const NET_HTTP = `package main

import (
	"io"
	"net/http"
	"net/http/cgi"
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /items/{id}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Id", r.PathValue("id"))
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, r.URL.Query().Get("q")+" ")
		io.Copy(w, r.Body)
	})
	if err := cgi.Serve(mux); err != nil {
		panic(err)
	}
}
`;

const FILES = `package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

func read(name string) {
	bytes, err := os.ReadFile(name)
	fmt.Println(string(bytes), err)
}

func main() {
	fmt.Print("Content-Type: text/plain\\n\\n")
	_, err := os.Stat("/kept.txt")
	fmt.Println("absent:", errors.Is(err, fs.ErrNotExist))
	os.WriteFile("/kept.txt", []byte("kept"), 0o644)
	read("kept.txt")
	os.MkdirAll("/a/b", 0o755)
	os.WriteFile("/a/b/first", []byte("deep"), 0o644)
	os.Rename("/a/b/first", "/a/b/c")
	read("/a/b/c")
	file, err := os.CreateTemp("", "t")
	fmt.Println("temporary:", file != nil, err)
	os.Remove(file.Name())
	var names []string
	filepath.WalkDir("/", func(name string, _ fs.DirEntry, _ error) error { names = append(names, name); return nil })
	fmt.Println(strings.Join(names, " "))
	_, err = os.ReadFile("/../../../../etc/passwd")
	fmt.Println("outside:", errors.Is(err, fs.ErrNotExist))
}
`;

describe.skipIf(!goIsThere)("WASI commands by GOOS=wasip1 go build (need Go)", () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost();
    await host.deploy("go", await buildGoCommand(join(import.meta.dirname, "../guest-examples/wasi-cgi")));
  }, 120_000);
  afterAll(() => host.close());

  it("serve the example", async () => {
    const text = async (path: string, init?: RequestInit) => (await host.fetch("go", path, init)).text();
    expect(await text("/?name=Ada")).toBe("Hello, Ada!\n");
    expect(await text("/upper", { method: "POST", body: "quiet" })).toBe("QUIET");
    const missing = await host.fetch("go", "/nowhere");
    expect([missing.status, missing.headers.get("x-method"), await missing.text()]).toEqual([
      404,
      "GET",
      "There is no /nowhere.\n",
    ]);
  });

  it("sleep, all at once", async () => {
    const answers = await inParallel(24, 24, async () => (await host.fetch("go", "/sleep")).text());
    expect(new Set(answers)).toEqual(new Set(["slept: true\n"]));
  });

  it("serve an ordinary net/http handler by net/http/cgi", async () => {
    const folder = join(host.dataDir, "cgi");
    await mkdir(folder);
    await writeFile(join(folder, "go.mod"), "module example.com/cgi\n\ngo 1.24\n");
    await writeFile(join(folder, "main.go"), NET_HTTP);
    await host.deploy("net-http", await buildGoCommand(folder));
    const response = await host.fetch("net-http", "/items/7?q=z", { method: "POST", body: "body" });
    expect([response.status, response.headers.get("x-id"), await response.text()]).toEqual([201, "7", "z body"]);
  }, 120_000);

  it("have files in memory, gone with the request", async () => {
    const folder = join(host.dataDir, "files");
    await mkdir(folder);
    await writeFile(join(folder, "go.mod"), "module example.com/files\n\ngo 1.24\n");
    await writeFile(join(folder, "main.go"), FILES);
    await host.deploy("files", await buildGoCommand(folder));
    for (let i = 0; i < 2; i++) {
      expect((await (await host.fetch("files")).text()).split("\n")).toEqual([
        "absent: true",
        "kept <nil>",
        "deep <nil>",
        "temporary: true <nil>",
        "/ /a /a/b /a/b/c /kept.txt /tmp",
        "outside: true",
        "",
      ]);
    }
  }, 120_000);

  it("answer 500 to a panic, with its stack in the log", async () => {
    expect(await errorOf(await host.fetch("go", "/panic"))).toBe("500 PLINTH_TENANT_EXCEPTION");
    const log = await (await host.admin("/v1/tenants/go/logs")).text();
    expect(log).toContain("panic: no luck");
    expect(log).toContain("main.go");
  });
});
