/** A program fails while it is deployed. Its owner learns the reason from the answer and from the tenant's log. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { goComponent, goHandler, goIsInstalled, needsGo } from "./support/go.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { logOf } from "./support/logs.ts";
import { answering, slimComponent } from "./support/programs.ts";

/** @param imports the program's imports, separated by spaces */
function goMain(body: string, imports = ""): string {
  const list = imports.split(/\s+/).filter((path) => path !== "");
  return `package main\n\n${list.map((path) => `import "${path}"\n`).join("")}\nfunc main() {\n${body}\n}\n`;
}

/** Uploads a program that fails. @returns the host's error */
async function refusal(
  host: TestHost,
  name: string,
  component: Uint8Array,
): Promise<{ code: string; message: string }> {
  const answer = await host.deploy(name, component).then(
    () => "accepted",
    (error: Error) => error.message,
  );
  return (JSON.parse(answer) as { error: { code: string; message: string } }).error;
}

describe("JavaScript that fails while it is deployed", () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ startCpuMs: 300 });
  });
  afterAll(() => host.close());

  it("is refused with its error, and its log has the stack and what it printed", async () => {
    const { code, message } = await refusal(
      host,
      "thrower",
      slimComponent(`
        console.log("hello"); console.error("of no interest");
        function load() { throw new Error("not today", { cause: new Error("rain") }); }
        load();`),
    );
    expect(code).toBe("PLINTH_TENANT_START_FAILED");
    expect(message).toContain(": Error: not today\n[cause]: Error: rain. Correct");
    expect(message).not.toMatch(/worker\.js|of no interest/);
    expect(await logOf(host, "thrower")).toMatch(
      /^info: hello\nerror: of no interest\nerror: Error: not today\n {4}at load \(worker\.js:3:\d+\)/,
    );
    const logs = await host.admin("/v1/tenants/thrower/logs");
    const { lines } = (await logs.json()) as { lines: { version: number | null; request: string }[] };
    // A failed deploy makes no version, so the lines name none.
    expect(new Set(lines.map(({ version, request }) => `${version} ${request}`))).toEqual(new Set(["null deploy"]));
  });

  it("is refused with a message of bounded length, and logs within the limits", async () => {
    await using strict = await startTestHost({ logLimitBytes: 4_000, tenantLogLinesPerSecond: 1 });
    const { message } = await refusal(strict, "long", slimComponent('throw new Error("x".repeat(3_000))'));
    expect(message).toContain("xxx... (3007 characters)");
    expect(message.length).toBeLessThan(1_500);

    await refusal(strict, "loud", slimComponent('for (let i = 0; i < 100; i++) console.log("x".repeat(936)); throw 1'));
    const loud = (await logOf(strict, "loud")).split("\n");
    expect(loud.map((line) => line.slice(0, 8))).toEqual([...Array(4).fill("info: xx"), "warn: 97"]);

    await refusal(strict, "many", slimComponent("for (let i = 0; i < 40; i++) console.log(i); throw 1"));
    await expect
      .poll(() => logOf(strict, "many"))
      .toMatch(/^(info: \d\n){10}warn: 31 log lines were dropped: the tenant may log 1 lines/);
  });

  it("is found in the log as well where it went over a limit", async () => {
    const { code } = await refusal(host, "endless", slimComponent('console.log("so far"); for (;;);'));
    expect(code).toBe("PLINTH_TENANT_START_LIMIT");
    expect(await logOf(host, "endless")).toMatch(/^info: so far/);
  });

  it("leaves the log of a later version, and of others, to them", async () => {
    await refusal(host, "again", slimComponent('console.log("first"); throw new Error("not yet")'));
    await host.deploy("again", answering('"fine"', 'console.log("second");'));
    await host.deploy("other", answering('"fine"', 'console.log("mine");'));
    expect(await logOf(host, "again")).toMatch(/^info: first\nerror: Error: not yet\n.*\ninfo: second$/);
    expect(await logOf(host, "other")).toBe("info: mine");
  });
});

const failures: { name: string; program: string; says: RegExp; log?: RegExp }[] = [
  {
    name: "log.Fatal",
    program: goMain('log.Fatal("no DATABASE_URL")', "log"),
    says: /: panic: main has called os\.Exit\(1\): [^"]+, after it had written "no DATABASE_URL"\. Correct/,
    log: /^info: no DATABASE_URL\nerror: panic: main has called/,
  },
  {
    name: "words on standard error and os.Exit",
    program: goMain('fmt.Fprint(os.Stderr, "usage:\\nserve PORT"); os.Exit(2)', "fmt os"),
    says: /os\.Exit\(2\).*serve PORT/,
    log: /usage:\n.*serve PORT/,
  },
  {
    name: "http.ListenAndServe without plinth.Handle",
    program: goMain('http.ListenAndServe(":8080", nil)', "net/http"),
    says: /: panic: main waits for ever and has not called plinth\.Handle\. .* http\.Serve\. Correct/,
  },
  {
    name: "a panic, whose error has lines",
    program: goMain('panic(errors.Join(errors.New("no luck"), errors.New("no money")))', "errors"),
    says: /: panic: [^\n]*no luck\n\tno money. Correct/,
  },
  {
    name: "a panic after a word that looks like one",
    program: goMain('println("panic: not at all")\n\tvar p *int\n\t*p = 1'),
    says: /: panic: runtime error: [^\n]*nil pointer dereference[^"]*after it had written "panic: not at all"/,
  },
  {
    name: "a panic in a goroutine",
    program: goMain('go func() { panic("aside") }()\n\tselect {}'),
    says: /: panic: aside\. Correct/,
  },
  { name: "a deadlock", program: goMain("select {}"), says: /: panic: main waits for ever/ },
  {
    name: "time.Sleep",
    program: goMain("time.Sleep(time.Second)", "time"),
    says: /: panic: main waits for a timer before it has called plinth\.Handle/,
  },
  {
    name: "recursion without an end",
    program: `${goMain('println("deeper")\n\tprintln(f(0))')}\nfunc f(n int) int { return f(n+1) + 1 }\n`,
    says: /: Maximum call stack size exceeded, after it had written "deeper"\. Correct/,
    log: /^error: deeper/,
  },
];

describe.skipIf(!goIsInstalled)(`Go that fails while it is deployed${needsGo}`, () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ runtimes: ["plinth:js", "plinth:go"] });
  }, 300_000);
  afterAll(() => host.close());

  for (const [index, { name, program, says, log }] of failures.entries()) {
    it(`is refused with what it said, which its log has with the stack: ${name}`, async () => {
      const tenant = `go-${index}`;
      const { code, message } = await refusal(host, tenant, await goComponent(program));
      expect(code).toBe("PLINTH_TENANT_START_FAILED");
      expect(message).toMatch(says);
      expect(message).not.toMatch(/\.go:\d|goroutine \d|wasm:|file:/);
      const text = await logOf(host, tenant);
      expect(text).toMatch(log ?? /^error: panic: /);
      if (name.startsWith("a panic")) expect(text).toMatch(/example\.com\/tenant\/main\.go:\d+/);
      expect(text).not.toMatch(/wasm:|file:/);
    });
  }

  it("keeps a line without an end from the next program's log", async () => {
    await refusal(host, "cut-off", await goComponent(goMain('fmt.Print("half a line"); panic("gone")', "fmt")));
    expect(await logOf(host, "cut-off")).toContain("info: half a line");
    const started = goHandler("w.WriteHeader(204)", "fmt", 'func init() { fmt.Print("half a secret") }');
    await host.deploy("first", await goComponent(started));
    await host.deploy("second", await goComponent(started.replace("half a secret", "mine\\n")));
    expect(await logOf(host, "first")).toBe("info: half a secret");
    expect(await logOf(host, "second")).toBe("info: mine");
  });

  it("leaves no stack of the host's in the log where a request ends the program", async () => {
    const program = goHandler(
      `
		switch r.URL.Path {
		case "/panic":
			go func() { panic("no luck") }()
			select {}
		case "/memory":
			w.Write(make([]byte, 100<<20))
		case "/stack":
			fmt.Fprint(w, f(0))
		}`,
      "fmt",
      "func f(n int) int { return f(n+1) + 1 }",
    );
    for (const [path, says] of [
      ["/panic", /^error: panic: no luck\n\ngoroutine \d+ [\s\S]*main\.go:\d+ \+0x[0-9a-f]+$/],
      ["/memory", /^error: .*\nfatal error: out of memory\n[\s\S]*\.go:\d+/],
      ["/stack", /^error: RangeError: Maximum call stack/],
    ] as const) {
      const name = path.slice(1);
      await host.deploy(name, await goComponent(program));
      expect((await host.fetch(name, path)).status).toBeGreaterThanOrEqual(500);
      const text = await logOf(host, name);
      expect(text).toMatch(says);
      expect(text).not.toMatch(/GuestExit|file:|\/host\/|proc_exit/);
    }
  });
});
