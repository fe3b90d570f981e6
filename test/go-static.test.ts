/** Go programs with everything inside, as `plinth build --static` makes them, served by the host. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildStaticGo } from "../host/build/build-project.ts";
import { errorOf } from "./support/commands.ts";
import { goIsInstalled, needsGo } from "./support/go.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { inParallel } from "./support/load.ts";

const program = `package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"time"

	plinth "plinth.dev/sdk"
)

var count int
var late string

func main() {
	http.HandleFunc("POST /items/{id}", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Sent", r.Header.Get("X-Sent"))
		w.WriteHeader(http.StatusCreated)
		json.NewEncoder(w).Encode([]any{r.PathValue("id"), r.FormValue("q"), len(body), r.Host})
	})
	http.HandleFunc("/count", func(w http.ResponseWriter, r *http.Request) {
		count++
		fmt.Fprint(w, count, late)
	})
	http.HandleFunc("/vars", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, os.Getenv("GREETING"), os.Getenv("FLAGS"))
	})
	http.HandleFunc("/sleep", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 100*time.Millisecond)
		defer cancel()
		<-ctx.Done()
		fmt.Fprint(w, ctx.Err())
	})
	http.HandleFunc("/until", func(w http.ResponseWriter, r *http.Request) {
		plinth.WaitUntil(r.Context(), func(context.Context) {
			time.Sleep(10 * time.Millisecond)
			log.Print("after the handler")
		})
	})
	http.HandleFunc("/panic", func(http.ResponseWriter, *http.Request) { panic("no luck") })
	http.HandleFunc("/goexit", func(http.ResponseWriter, *http.Request) { select {} })
	http.HandleFunc("/exit", func(http.ResponseWriter, *http.Request) { os.Exit(3) })
	http.HandleFunc("/allocate", func(w http.ResponseWriter, r *http.Request) {
		total := 0
		for i := range 2000 {
			text := fmt.Sprintf("%0100000d", i)
			total += len(text)
		}
		fmt.Fprint(w, total)
	})
	plinth.Scheduled(func(ctx context.Context, event plinth.ScheduledEvent) error {
		return errors.New("not in this test")
	})
	plinth.Handle(nil)
	late = ", and main went on"
	select {}
}
`;

describe.skipIf(!goIsInstalled)(`Go programs with everything inside${needsGo}`, () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ workers: 2 });
    const folder = join(host.dataDir, "go-static");
    await mkdir(folder);
    await writeFile(join(folder, "go.mod"), "module example.com/static\n\ngo 1.25\n");
    await writeFile(join(folder, "main.go"), program);
    await writeFile(join(folder, "plinth.jsonc"), `{ "name": "go", "vars": { "GREETING": "hello", "FLAGS": [1] } }`);
    await host.deploy("go", await buildStaticGo(folder));
  }, 300_000);
  afterAll(() => host?.close());

  const text = async (path: string, init?: RequestInit) => (await host.fetch("go", path, init)).text();
  const log = async () => (await host.admin("/v1/tenants/go/logs")).text();

  it("are components, with the export that static components are called by", async () => {
    const versions = await (await host.admin("/v1/tenants/go/versions")).text();
    expect(versions).toContain('"static"');
  });

  it("answer: path values, forms, header fields, bodies of a megabyte", async () => {
    const init = { method: "POST", body: new Uint8Array(1 << 20), headers: { "x-sent": "caf\xe9" } };
    const response = await host.fetch("go", "/items/7?q=z", init);
    expect([response.status, response.headers.get("x-sent")]).toEqual([201, "caf\xe9"]);
    expect(await response.json()).toEqual(["7", "z", 1 << 20, expect.stringContaining("127.0.0.1")]);
    expect((await host.fetch("go", "/none")).status).toBe(404);
  });

  it("start anew for each request, main until it waits", async () => {
    for (let i = 0; i < 3; i++) expect(await text("/count")).toBe("1, and main went on");
  });

  it("have their vars in the environment", async () => {
    expect(await text("/vars")).toBe("hello[1]");
  });

  it("wait without holding a worker", async () => {
    const answers = await inParallel(24, 24, () => text("/sleep"));
    expect(new Set(answers)).toEqual(new Set(["context deadline exceeded"]));
  });

  it("collect garbage", async () => {
    expect(await text("/allocate")).toBe("200000000");
  });

  it("end what WaitUntil was given before the request is over", async () => {
    expect(await text("/until")).toBe("");
    await expect.poll(log).toContain("after the handler");
  });

  it("answer 500 to a panic, a deadlock and an exit, with the reason in the log", async () => {
    expect(await errorOf(await host.fetch("go", "/panic"))).toBe("500 PLINTH_TENANT_EXCEPTION");
    expect(await errorOf(await host.fetch("go", "/goexit"))).toBe("500 PLINTH_TENANT_EXCEPTION");
    expect(await errorOf(await host.fetch("go", "/exit"))).toBe("500 PLINTH_TENANT_EXCEPTION");
    const lines = await log();
    expect(lines).toMatch(/panic in the handler: no luck.*main\.go/s);
    expect(lines).toContain("all goroutines are asleep");
  });
});
