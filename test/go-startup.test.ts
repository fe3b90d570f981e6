/** The values that a Go program's start-up reads and draws, and their use in requests. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { goComponent, goHandler, goIsInstalled, goProject, needsGo } from "./support/go.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { inParallel } from "./support/load.ts";
import { logOf } from "./support/logs.ts";

describe.skipIf(!goIsInstalled)(`The start-up of Go programs${needsGo}`, () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ runtimes: ["plinth:go"], cpuMs: 60_000, wallMs: 600_000 });
  });
  afterAll(() => host.close());

  const call = async (path: string, method: string, json?: unknown) => {
    const body =
      json === undefined ? {} : { body: JSON.stringify(json), headers: { "content-type": "application/json" } };
    const response = await host.admin(`/v1/${path}`, { method, ...body });
    const text = await response.text();
    return { status: response.status, text };
  };
  const refused = (text: string, ...parts: string[]) => {
    for (const part of ["PLINTH_SECRET_READ_AT_START", ...parts]) expect(text).toContain(part);
  };

  describe("that reads a secret", () => {
    const early = (read: string, imports = "os") =>
      goComponent(goHandler("w.Write(key)", imports, `var key = []byte(${read})`));

    it("is refused, with the secret and the line", async () => {
      await call("tenants", "POST", { name: "reader" });
      expect((await call("tenants/reader/secrets/SIGNING_KEY", "PUT", { value: "s3cret" })).status).toBe(200);
      const variants = [
        early('os.Getenv("SIGNING_KEY")'),
        early('os.ExpandEnv("$SIGNING_KEY")'),
        early('func() string { text, _ := os.LookupEnv("SIGNING_KEY"); return text }()'),
        early('strings.Join(os.Environ(), "")', "os strings"),
      ];
      for (const program of await Promise.all(variants)) {
        const error = await host.deploy("reader", program).then(String, String);
        refused(error, "SIGNING_KEY", "main.init", "(main.go:1");
        expect(error).not.toContain("s3cret");
      }
    });

    it("is refused when the secret comes later, and serves it once the handler reads it", async () => {
      await host.deploy("later", await early('os.Getenv("TOKEN") + os.Getenv("PLAIN")'));
      const put = await call("tenants/later/secrets/TOKEN", "PUT", { value: "one" });
      expect(put.status).toBe(409);
      refused(put.text, "Version 1", "TOKEN", "main.go:10");
      expect((await call("tenants/later/secrets/OTHER", "PUT", { value: "x" })).status).toBe(200);

      const lazily = goHandler(
        "w.Write([]byte(key()))",
        "os sync",
        'var key = sync.OnceValue(func() string { return os.Getenv("TOKEN") })',
      );
      await host.deploy("later", await goComponent(lazily));
      for (const value of ["one", "two"]) {
        expect((await call("tenants/later/secrets/TOKEN", "PUT", { value })).status).toBe(200);
        expect(await (await host.fetch("later")).text()).toBe(value);
      }
      const back = [
        await call("tenants/later/versions/1/activate", "POST"),
        await call("tenants/later/rollback", "POST"),
        await call("tenants/later/rollout", "PUT", { version: 1, percent: 10 }),
      ];
      for (const { status, text } of back) {
        expect(status).toBe(409);
        refused(text, "Version 1", "TOKEN");
      }
      expect(await (await host.fetch("later")).text()).toBe("two");
    });

    it("is not refused for variables that are no secrets, nor for those of the standard library", async () => {
      await call("tenants", "POST", { name: "vars" });
      await call("tenants/vars/secrets/UNREAD", "PUT", { value: "x" });
      await host.deploy("vars", await early('os.Getenv("HOME")'));
      expect((await host.fetch("vars")).status).toBe(200);
    });
  });

  describe("that draws random numbers", () => {
    const upload = async (name: string, body: Uint8Array<ArrayBuffer>) => {
      await call("tenants", "POST", { name });
      const headers = { "content-type": "application/wasm" };
      const answer = await host.admin(`/v1/tenants/${name}/versions?activate=true`, { method: "POST", headers, body });
      return (await answer.json()) as { warnings: string[] };
    };
    const distinct = async (name: string, count = 300) => {
      const answers = await inParallel(count, 16, async () => (await host.fetch(name)).text());
      return answers[0]!
        .split(" ")
        .map((_, column) => new Set(answers.map((answer) => answer.split(" ")[column])).size);
    };

    it("seeds generators by the time or at random: requests have different numbers", async () => {
      const program = goHandler(
        `
		own := rand.New(rand.NewSource(time.Now().UnixNano()))
		again := rand.New(rand.NewSource(time.Now().UnixNano()))
		fmt.Fprint(w, nanos.Int63(), " ", seconds.Int31(), " ", drawn.Int63(), " ", pcg.Uint64(), " ", chacha.Uint64(), " ",
			own.Int63(), " ", again.Int63())`,
        "fmt math/rand time",
        `
var nanos = rand.New(rand.NewSource(time.Now().UnixNano()))
var seconds = rand.New(rand.NewSource(time.Now().Unix()))
var drawn = rand.New(rand.NewSource(randomSeed()))
var pcg = v2.NewPCG(uint64(time.Now().UnixMilli()), 7)
var chacha = v2.NewChaCha8(randomKey())

func init() { nanos.Int63() }

func randomSeed() (seed int64) {
	binary.Read(crand.Reader, binary.BigEndian, &seed)
	return seed
}

func randomKey() (key [32]byte) {
	crand.Read(key[:])
	return key
}`,
      ).replace('"math/rand"', '"math/rand"\n\tcrand "crypto/rand"\n\tv2 "math/rand/v2"\n\t"encoding/binary"');
      await host.deploy("seeds", await goComponent(program));
      expect(await distinct("seeds")).toEqual([300, 300, 300, 300, 300, 300, 300]);
      const texts = (await (await host.fetch("seeds")).text()).split(" ");
      expect(new Set(texts).size).toBe(texts.length);
    });

    it("seeds generators by a number: their numbers are those of the seed", async () => {
      const program = goHandler(
        'fmt.Fprint(w, one.Int63(), " ", two.Uint64(), " ", three.Uint64())',
        "fmt",
        `
var one = rand.New(rand.NewSource(42))
var two = v2.NewPCG(1, 2)
var three = v2.NewChaCha8([32]byte{1})`,
      ).replace('"fmt"', '"fmt"\n\t"math/rand"\n\tv2 "math/rand/v2"');
      await host.deploy("fixed", await goComponent(program));
      // The same program prints these numbers on any machine.
      expect(await (await host.fetch("fixed")).text()).toBe(
        "3440579354231278675 14192431797130687760 2011346856662591082",
      );
    });

    it("has the random state of well-known packages made anew", async () => {
      const xid = "func randInt() uint32 { return rand.Uint32() }\n\nfunc New() uint32 { return objectIDCounter }\n";
      const files = {
        "go.mod": `module example.com/tenant

go 1.25

require (
	example.com/other/xid v0.0.0
	github.com/rs/xid v0.0.0
)

replace github.com/rs/xid => ./known

replace example.com/other/xid => ./other
`,
        "main.go": goHandler('fmt.Fprint(w, known.New(), " ", other.New())', "fmt").replace(
          '"fmt"',
          '"fmt"\n\tother "example.com/other/xid"\n\tknown "github.com/rs/xid"',
        ),
        "known/go.mod": "module github.com/rs/xid\n\ngo 1.25\n",
        "known/id.go": `package xid\n\nimport "math/rand"\n\nvar objectIDCounter = randInt()\n\n${xid}`,
        "other/go.mod": "module example.com/other/xid\n\ngo 1.25\n",
        "other/id.go": `package xid\n\nimport "math/rand"\n\nvar objectIDCounter = randInt()\n\n${xid}`,
      };
      const { warnings } = await upload("renewed", await goProject(files));
      expect(warnings).toEqual([
        expect.stringContaining(
          "example.com/other/xid draws them in example.com/other/xid.randInt (id.go:7), called from",
        ),
      ]);
      expect(await distinct("renewed")).toEqual([300, 1]);
    });

    it("is warned, with the package and the line, and plinth.OnRequest draws anew", async () => {
      const top = `
var name = crand.Text()
var token string

func draw() { token = crand.Text() }

func init() {
	draw()
	plinth.OnRequest(draw)
}`;
      const program = goHandler('w.Write([]byte(name + " " + token))', "", top).replace(
        '"net/http"',
        '"net/http"\n\tcrand "crypto/rand"',
      );
      const { warnings } = await upload("drawer", await goComponent(program));
      expect(warnings).toEqual([
        expect.stringMatching(/^random numbers .* main draws them in main\.init \(main\.go:11\)/),
      ]);
      expect(await logOf(host, "drawer")).toContain(warnings[0]);
      expect(await distinct("drawer")).toEqual([1, 300]);
    });
  });
});
