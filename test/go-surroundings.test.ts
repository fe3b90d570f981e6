/** The answers that Go programs get when they look for files and a network, and their lines in the log. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { goComponent, goHandler, goIsInstalled, needsGo } from "./support/go.ts";
import { startTestHost, type TestHost } from "./support/host.ts";

describe.skipIf(!goIsInstalled)(`Go programs${needsGo}`, () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ runtimes: ["plinth:go"], cpuMs: 60_000, wallMs: 600_000 });
  });
  afterAll(() => host.close());

  const deploy = async (name: string, body: string, imports: string, top = "") =>
    host.deploy(name, await goComponent(goHandler(body, imports, top)));
  const linesOf = async (name: string) => {
    const answer = await host.admin(`/v1/tenants/${name}/logs?limit=100`);
    return ((await answer.json()) as { lines: { level: string; message: string }[] }).lines;
  };

  it("find no files, by the errors of package io/fs", async () => {
    await deploy(
      "files",
      `
		_, read := os.ReadFile("/etc/config.yaml")
		_, stat := os.Stat("templates")
		_, list := os.ReadDir("static")
		_, early := os.ReadFile("missing")
		missing := []error{read, stat, list, early, os.Remove("x"), os.Rename("a", "b"), atStart}
		for _, err := range missing {
			fmt.Fprint(w, errors.Is(err, fs.ErrNotExist), " ")
		}
		fmt.Fprint(w, read, "; ", os.WriteFile("x", nil, 0o600), "; ", os.Mkdir("/d", 0o700))`,
      "errors fmt io/fs os",
      'var _, atStart = os.Open("config.json")',
    );
    expect(await (await host.fetch("files")).text()).toBe(
      `${"true ".repeat(7)}open /etc/config.yaml: No such file or directory; ` +
        "open x: Read-only file system; mkdir /d: Read-only file system",
    );
  });

  it("are told that they have no network where they dial or look up, and what does go out", async () => {
    await deploy(
      "dial",
      `
		_, dial := net.Dial("tcp", "192.0.2.1:5432")
		_, local := net.Dial("tcp", "127.0.0.1:5432")
		_, named := net.Dial("tcp", "db.example.com:5432")
		_, lookup := net.LookupHost("example.com")
		fmt.Fprint(w, errors.Is(dial, syscall.ECONNREFUSED), "\\n", dial, "\\n", local, "\\n", named, "\\n", lookup)`,
      "errors fmt net syscall",
    );
    const [is, dial, local, named, lookup] = (await (await host.fetch("dial")).text()).split("\n");
    const nowhere = "a tenant has no network of its own: http.Client sends requests through the host";
    expect([is, dial]).toEqual(["true", `dial tcp 192.0.2.1:5432: ${nowhere}`]);
    expect(local).toMatch(/connection refused$/i);
    for (const text of [named, lookup]) expect(text).toMatch(new RegExp(`lookup .*: ${nowhere}$`));
  });

  it("that run out of memory leave a few lines", async () => {
    await deploy(
      "hungry",
      `
		for range 50 {
			go func() { select {} }()
		}
		runtime.Gosched()
		grow(nil)`,
      "runtime",
      "func grow(all [][]byte) { grow(append(all, make([]byte, 1<<20))) }",
    );
    expect((await host.fetch("hungry")).status).toBe(503);
    const messages = (await linesOf("hungry")).map(({ message }) => message).join("\n");
    expect(messages).toMatch(/out of memory/);
    expect(messages.split("\n").length).toBeLessThan(50);
  });

  it("have the levels that their loggers write to standard error", async () => {
    const lines = [
      '{"level":"info","ts":1700000000.1,"msg":"zap"}',
      '{"level":"warn","time":1700000000,"message":"zerolog"}',
      'time="2026-01-01T00:00:00Z" level=debug msg=logrus',
      "no logger's line",
    ];
    await deploy("levels", `os.Stderr.WriteString(${JSON.stringify(`${lines.join("\n")}\n`)})`, "os");
    expect((await host.fetch("levels")).status).toBe(200);
    await expect
      .poll(async () => (await linesOf("levels")).map(({ level, message }) => `${level} ${message}`))
      .toEqual(["info", "warn", "debug", "error"].map((level, i) => `${level} ${lines[i]}`));
  });

  it("are told of goroutines that the end of a request cuts off, and of no others", async () => {
    await deploy(
      "goroutines",
      `
		switch r.URL.Path {
		case "/two":
			go time.Sleep(time.Hour)
			go func() { select {} }()
		case "/ended":
			done := make(chan bool)
			go close(done)
			<-done
		case "/kept":
			plinth.WaitUntil(r.Context(), func(context.Context) {})
		}`,
      "context time",
      "func init() { go func() { select {} }() }",
    );
    for (const path of ["/none", "/ended", "/kept", "/two"])
      expect((await host.fetch("goroutines", path)).status).toBe(200);
    await expect
      .poll(async () => (await linesOf("goroutines")).map(({ level, message }) => `${level} ${message}`))
      .toEqual([expect.stringMatching(/^info goroutines that the end of the request has cut off: 2\. /)]);
  });
});
