/** Builds and calls the program of docs/guides/go.md. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bodyText } from "../../../host/worker/slot.fixture.ts";
import { buildProgram, findGo } from "./program.ts";
import { SdkSlot } from "./slot.fixture.ts";

const goroot = await findGo();
const name = goroot ? "The guide to Go" : "The guide to Go (skipped: no Go 1.25 to 1.27 on PATH)";
const guide = readFileSync(join(import.meta.dirname, "../../../docs/guides/go.md"), "utf8");

/** Reads the guide's code blocks in one language. */
const blocks = (language: string) =>
  [...guide.matchAll(/^```(\w*)\n(.*?)^```$/gms)].filter((match) => match[1] === language).map((match) => match[2]!);

describe.skipIf(!goroot)(name, () => {
  const folder = mkdtempSync(join(tmpdir(), "plinth-go-guide-"));
  let slot: SdkSlot;

  const build = async (source: string) => {
    writeFileSync(join(folder, "main.go"), source);
    return new SdkSlot(await buildProgram(join(folder, "main.go"), { goroot: goroot! }));
  };

  beforeAll(async () => {
    const [program, counter, key, fresh, later] = blocks("go");
    // The guide's other pieces go where a reader would put them.
    const whole = program!
      .replace("import (\n", 'import (\n\t"context"\n\t"crypto/rand"\n\t"log"\n\t"os"\n\t"sync"\n')
      .replace("func main() {", `${counter}\n${key}\nvar prefix string\n\n${fresh}\nfunc main() {`)
      .replace(
        "\tplinth.Handle(mux)",
        `\tmux.HandleFunc("GET /count", counter)
	mux.HandleFunc("GET /until", func(w http.ResponseWriter, r *http.Request) {
		${later}
	})
	plinth.Handle(mux)`,
      );
    slot = await build(whole);
  }, 300_000);

  afterAll(() => rmSync(folder, { recursive: true }));

  test("answers as shown", () => {
    expect(blocks("")).toContain(bodyText(slot.serve({ uri: "http://hello.localhost/hello/you" })));
    expect(bodyText(slot.serve({ uri: "http://hello.localhost/later" }))).toBe('{"waited":100}\n');
  });

  test("state lives for one request", () => {
    for (let round = 0; round < 3; round++) {
      expect(bodyText(slot.serve({ uri: "http://hello.localhost/count" }))).toBe("1");
    }
  });

  test("WaitUntil", () => {
    slot.logs = [];
    expect(slot.serve({ uri: "http://hello.localhost/until" }).status).toBe(200);
    expect(slot.logs).toEqual([{ level: "info", text: "long after the response" }]);
  });
});
