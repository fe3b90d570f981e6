import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embedConfig } from "../host/manifest/config.ts";
import { nearGates, startGate } from "./support/gate.ts";
import { goComponent, goHandler, goIsInstalled, needsGo } from "./support/go.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { inParallel } from "./support/load.ts";
import { logOf } from "./support/logs.ts";
import { answering } from "./support/programs.ts";

const runtimes = ["plinth:js", "plinth:go"];

/** A program that stores a secret in every kind of place, and answers with all values that it finds there. */
const hoarder = (secret: string) =>
  goHandler(
    `
		count++
		visits[r.URL.Path]++
		if rand.IntN(20) == 0 {
			runtime.GC()
		}
		go func() { <-left }()
		hoard = append(hoard, make([]byte, rand.IntN(100_000)))
		if r.URL.RawQuery == "wait" {
			mine := r.URL.Path
			time.Sleep(time.Duration(rand.IntN(10)) * time.Millisecond)
			if mine != r.URL.Path || count != 1 {
				fmt.Fprint(w, "changed while it slept ")
			}
		}
		fmt.Fprintf(w, "%s %d %d %d %d", secret, count, len(visits), len(hoard), once)`,
    "fmt math/rand/v2 runtime time",
    `
var secret = "${secret}"
var count int
var visits = map[string]int{}
var hoard [][]byte
var left = make(chan int)
var once = initialised()

func initialised() int { return len(secret) }
`,
  );

describe.skipIf(!goIsInstalled)(`Go tenants${needsGo}`, () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ runtimes, cpuMs: 60_000, wallMs: 600_000 });
  });
  afterAll(() => host.close());

  it("see no state of each other or of earlier requests, over 10,000 interleaved requests with GC at random", async () => {
    const tenants = ["alice", "bob", "carol"];
    await Promise.all(tenants.map(async (name) => host.deploy(name, await goComponent(hoarder(`of-${name}`)))));
    await host.deploy("script", answering("(globalThis.seen = (globalThis.seen ?? 0) + 1)"));
    const wrong = new Set<string>();
    await inParallel(10_000, 32, async (index) => {
      const name = [...tenants, "script"][index % 4]!;
      const response = await host.fetch(name, index % 13 === 0 ? `/${index}?wait` : `/${index}`);
      const text = `${response.status} ${await response.text()}`;
      const expected = name === "script" ? "200 1" : `200 of-${name} 1 1 1 ${`of-${name}`.length}`;
      if (text !== expected) wrong.add(`${name}: ${text}`);
    });
    expect(wrong).toEqual(new Set());
  });

  it("of many functions and of few take turns, and the end of one's worker leaves the others as they were", async () => {
    const many = Array.from({ length: 700 }, (_, n) => n);
    const functions = many.map((n) => `//go:noinline\nfunc f${n}(x int) int { return x*${n + 3} + ${n} }`).join("\n");
    const large = goHandler(
      `
		for r.URL.Path == "/loop" {
		}
		x := 1
		for _, f := range all {
			x = f(x) % 1_000_003
		}
		fmt.Fprint(w, x)`,
      "fmt",
      `${functions}\nvar all = []func(int) int{${many.map((n) => `f${n}`).join(", ")}}`,
    );
    const answer = String(many.reduce((x, n) => (x * (n + 3) + n) % 1_000_003, 1));
    await using strict = await startTestHost({ runtimes, cpuMs: 50 });
    await strict.deploy("large", await goComponent(large));
    await strict.deploy("small", await goComponent(goHandler('fmt.Fprint(w, "small")', "fmt")));
    for (const path of ["/", "/loop", "/"]) {
      const response = await strict.fetch("large", path);
      const text = await response.text();
      if (path === "/") expect([response.status, text]).toEqual([200, answer]);
      else expect([response.status, text]).toEqual([503, expect.stringContaining("PLINTH_CPU_LIMIT")]);
      expect(await (await strict.fetch("small")).text()).toBe("small");
    }
  });

  it("have the names of all their functions in stacks, those of the first one in the file included", async () => {
    const source = goHandler(
      "panic(first())",
      "runtime",
      `
//go:noinline
func first() string {
	pc, _, _, _ := runtime.Caller(0)
	return "in " + runtime.FuncForPC(pc).Name()
}`,
    );
    await host.deploy("stacks", await goComponent(source));
    expect((await host.fetch("stacks")).status).toBe(500);
    const log = await logOf(host, "stacks");
    expect(log).toContain("panic in the handler: in main.first");
    expect(log).toContain("main.main.func1");
  });

  it("draw distinct random numbers in 10,000 requests: math/rand, both versions, crypto/rand, maps", async () => {
    const program = goHandler(
      `
		var b [16]byte
		crand.Read(b[:])
		order := ""
		for k := range keys {
			order += k
		}
		fmt.Fprintf(w, "%d %d %x %s", rand.Uint64(), old.Int63(), b, order)`,
      "fmt math/rand/v2",
      `var keys = map[string]bool{}

func init() {
	for i := range 26 {
		keys[string(rune('a'+i))] = true
	}
	rand.Uint64()
}
`,
    ).replace('"math/rand/v2"', '"math/rand/v2"\n\tcrand "crypto/rand"\n\told "math/rand"');
    await host.deploy("dice", await goComponent(program));
    const answers = await inParallel(10_000, 32, async () => (await (await host.fetch("dice")).text()).split(" "));
    for (const column of [0, 1, 2]) expect(new Set(answers.map((answer) => answer[column])).size).toBe(10_000);
    // A map's iteration begins at a random key, so that many requests show many beginnings.
    expect(new Set(answers.map((answer) => answer[3])).size).toBeGreaterThan(10);
  });

  it("wait in any way that Go can, a thousand at once in one worker with one slot", async () => {
    await using gate = await startGate();
    const one = { workers: 1, slotsPerRuntime: 1, tenantConcurrency: 1_000 };
    await using single = await startTestHost({ ...nearGates, ...one, runtimes });
    const program = goHandler(
      `
		ctx, cancel := context.WithTimeout(r.Context(), time.Hour)
		defer cancel()
		results := make(chan string)
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				time.Sleep(20 * time.Millisecond)
				if _, err := http.Get("${gate.url}"); err != nil {
					panic(err)
				}
				select {
				case results <- r.URL.Path:
				case <-ctx.Done():
				}
			})
		}
		go func() { wg.Wait(); close(results) }()
		for result := range results {
			fmt.Fprint(w, result)
		}`,
      "context fmt sync time",
    );
    await single.deploy("patient", gate.admit(await goComponent(program)));
    const waiting = inParallel(1_000, 1_000, async (index) => (await single.fetch("patient", `/${index}`)).text());
    await gate.arrived(3_000);
    gate.open();
    const answers = await waiting;
    expect(answers).toEqual(answers.map((_, index) => `/${index}`.repeat(3)));
  });

  const attacks: {
    name: string;
    body: string;
    imports?: string;
    status: number;
    error: string;
    log: RegExp;
    limits?: { wallMs: number } | { cpuMs: number };
  }[] = [
    {
      name: "an infinite loop",
      body: "for {}",
      status: 503,
      error: "PLINTH_CPU_LIMIT",
      log: /was ended/,
      limits: { cpuMs: 300 },
    },
    {
      name: "a panic",
      body: 'panic("no luck")',
      status: 500,
      error: "PLINTH_TENANT_EXCEPTION",
      log: /no luck[\s\S]*main\.go:\d+/,
    },
    {
      name: "a nil dereference",
      body: "var p *int; *p = 1",
      status: 500,
      error: "PLINTH_TENANT_EXCEPTION",
      log: /nil pointer/,
    },
    {
      name: "an allocation of 100 MB",
      body: "b := make([]byte, 100<<20); b[5] = 1; w.Write(b[:5])",
      status: 503,
      error: "PLINTH_MEMORY_LIMIT",
      log: /out of memory/,
    },
    {
      name: "waiting for what never comes",
      body: "select {}",
      status: 500,
      error: "PLINTH_TENANT_NEVER_RESPONDS",
      log: /asleep/,
    },
    {
      name: "waiting for ever",
      body: "for { time.Sleep(50 * time.Millisecond) }",
      imports: "time",
      status: 504,
      error: "PLINTH_WALL_LIMIT",
      log: /^$/,
      limits: { wallMs: 1_000 },
    },
    {
      name: "os.Exit",
      body: "os.Exit(3)",
      imports: "os",
      status: 500,
      error: "PLINTH_TENANT_EXCEPTION",
      log: /exit.*3/,
    },
    {
      name: "endless recursion",
      body: "var f func(int) int; f = func(n int) int { return f(n+1) + 1 }; f(0)",
      status: 500,
      error: "PLINTH_TENANT_EXCEPTION",
      log: /stack/i,
    },
  ];
  for (const { name, body, imports, status, error, log, limits = {} } of attacks) {
    it(`end in ${status} ${error} after ${name}, and neighbours lose no request`, async () => {
      await host.deploy("attacker", embedConfig(await goComponent(goHandler(body, imports)), { limits }));
      await host.deploy("neighbour", answering('"well"'));
      let attacking = true;
      const attack = Promise.all(Array.from({ length: 2 }, () => host.fetch("attacker"))).finally(() => {
        attacking = false;
      });
      const neighbours = new Set<string>();
      while (attacking) neighbours.add(await (await host.fetch("neighbour")).text());
      for (const response of await attack) {
        const { error: answered } = (await response.json()) as { error: { code: string; message: string } };
        expect([response.status, answered.code]).toEqual([status, error]);
        expect(answered.message).not.toMatch(/luck|goroutine|main\.go/);
      }
      expect(neighbours).toEqual(new Set(["well"]));
      const logs = await host.admin("/v1/tenants/attacker/logs?limit=100");
      const { lines } = (await logs.json()) as { lines: { message: string }[] };
      if (log.source !== "^$") expect(lines.map(({ message }) => message).join("\n")).toMatch(log);
    });
  }

  it("are refused where they were linked against another build of the base, with what to do", async () => {
    const component = await goComponent(goHandler("w.WriteHeader(204)"));
    const text = Buffer.from(component);
    const upload = async (bytes: Uint8Array) => {
      const refused = await host.deploy("forger", bytes).then(
        () => "accepted",
        (error: Error) => error.message,
      );
      return refused;
    };
    const integrity = text.indexOf("integrity=<sha256-") + "integrity=<sha256-".length;
    const otherHash = Buffer.from(text);
    otherHash[integrity] = text[integrity] === 0x41 ? 0x42 : 0x41;
    expect(await upload(otherHash)).toMatch(/PLINTH_RUNTIME_INTEGRITY.*[Bb]uild again/);

    const version = text.indexOf("plinth:go@1.") + "plinth:go@1.".length;
    const otherVersion = Buffer.from(text);
    otherVersion[version] = 0x31;
    expect(await upload(otherVersion)).toMatch(/PLINTH_RUNTIME_VERSION.*[Bb]uild again/);

    const layout = text.indexOf("plinth:layout") + "plinth:layout".length;
    const otherLayout = Buffer.from(text);
    otherLayout[layout + 3]! ^= 1;
    expect(await upload(otherLayout)).toMatch(/PLINTH_POLICY.*Build/);
    expect(await upload(component)).toBe("accepted");
  });
});
