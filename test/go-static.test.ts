/** Static Go programs, as `plinth build --static` builds them, served by the host. */
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildStaticProject } from "../host/toolchain/build-project.ts";
import { errorOf } from "./support/commands.ts";
import { goIsInstalled, needsGo } from "./support/go.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { inParallel } from "./support/load.ts";

const program = `package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	plinth "plinth.dev/sdk"
)

var notes = plinth.KV("NOTES")

func useKV(r *http.Request) (any, error) {
	ctx, keys := r.Context(), r.URL.Query()["key"]
	switch r.Method {
	case "PUT":
		body, _ := io.ReadAll(r.Body)
		options := []plinth.PutOption{plinth.Metadata(map[string]int{"bytes": len(body)}), plinth.TTL(time.Hour)}
		if text := r.FormValue("revision"); text != "" {
			revision, _ := strconv.ParseInt(text, 10, 64)
			options = append(options, plinth.IfRevision(revision))
		}
		return notes.Put(ctx, keys[0], body, options...)
	case "DELETE":
		return nil, notes.Delete(ctx, keys[0])
	case "POST":
		entries, err := notes.GetMulti(ctx, keys...)
		found := map[string]int{}
		for key, entry := range entries {
			found[key] = len(entry.Value)
		}
		return found, err
	case "PATCH":
		// Several goroutines make calls, while garbage is collected and timers run.
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				key := fmt.Sprintf("%s/%d", keys[0], i)
				notes.Put(ctx, key, bytes.Repeat([]byte{'x'}, 50_000))
				for j := range 50 {
					fmt.Fprintf(io.Discard, "%020000d", j)
				}
				time.Sleep(time.Millisecond)
				if value, err := notes.Get(ctx, key); err != nil || len(value) != 50_000 {
					panic(fmt.Sprint(len(value), err))
				}
			})
		}
		all.Wait()
		names := []string{}
		for key, err := range notes.Keys(ctx, keys[0]+"/") {
			if err != nil {
				return nil, err
			}
			names = append(names, key.Name)
		}
		page, err := notes.List(ctx, plinth.ListOptions{Prefix: keys[0], Limit: 3})
		return []any{len(names), len(page.Keys), page.Cursor != ""}, err
	}
	entry, err := notes.GetWithMetadata(ctx, keys[0])
	return []any{string(entry.Value), entry.Metadata, entry.Revision > 0, time.Until(entry.Expiration) > 50*time.Minute}, err
}

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
	http.HandleFunc("/kv", func(w http.ResponseWriter, r *http.Request) {
		result, err := useKV(r)
		var refused *plinth.Error
		if errors.Is(err, plinth.ErrNotFound) {
			result = err.Error()
		} else if errors.As(err, &refused) {
			result = refused.Code
		} else if err != nil {
			panic(err)
		}
		json.NewEncoder(w).Encode(result)
	})
	http.HandleFunc("/fetch", func(w http.ResponseWriter, r *http.Request) {
		request, _ := http.NewRequest(r.Method, r.URL.Query().Get("url"), r.Body)
		request.Header = r.Header
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			fmt.Fprint(w, err)
			return
		}
		maps.Copy(w.Header(), response.Header)
		w.Header().Set("X-Final", response.Request.URL.Path)
		w.WriteHeader(response.StatusCode)
		io.Copy(w, response.Body)
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
  let origin: Server;
  let originUrl: string;
  beforeAll(async () => {
    origin = createServer((request, response) => {
      if (request.url === "/moved") return void response.writeHead(302, { location: "/echo" }).end();
      response.writeHead(201, { "x-sent": request.headers["x-sent"] ?? "" });
      request.pipe(response);
    }).listen(0, "127.0.0.1");
    await once(origin, "listening");
    const { port } = origin.address() as AddressInfo;
    originUrl = `http://127.0.0.1:${port}`;
    host = await startTestHost({ workers: 2, cpuMs: 5_000, fetchPrivateNetworks: ["127.0.0.0/8"] });
    const folder = join(host.dataDir, "go-static");
    await mkdir(folder);
    await writeFile(join(folder, "go.mod"), "module example.com/static\n\ngo 1.25\n");
    await writeFile(join(folder, "main.go"), program);
    const manifest = {
      name: "go",
      vars: { GREETING: "hello", FLAGS: [1] },
      kv: [{ binding: "NOTES", namespace: "notes" }],
      fetch: { allow: [`127.0.0.1:${port}`] },
    };
    await writeFile(join(folder, "plinth.jsonc"), JSON.stringify(manifest));
    await host.deploy("go", await buildStaticProject(folder));
  }, 300_000);
  afterAll(async () => {
    await host?.close();
    origin?.close();
  });

  const text = async (path: string, init?: RequestInit) => (await host.fetch("go", path, init)).text();
  const log = async () => (await host.admin("/v1/tenants/go/logs")).text();

  it("are components, with the export that static components are called by", async () => {
    const versions = await (await host.admin("/v1/tenants/go/versions")).text();
    expect(versions).toContain('"static"');
  });

  it("answer: path values, forms, header fields, bodies of 8 MiB", async () => {
    const init = { method: "POST", body: new Uint8Array(8 << 20), headers: { "x-sent": "caf\xe9" } };
    const response = await host.fetch("go", "/items/7?q=z", init);
    expect([response.status, response.headers.get("x-sent")]).toEqual([201, "caf\xe9"]);
    expect(await response.json()).toEqual(["7", "z", 8 << 20, expect.stringContaining("127.0.0.1")]);
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

  it("read and write KV", async () => {
    const send = async (method: string, query: string, body?: string): Promise<unknown> =>
      (await host.fetch("go", `/kv?${query}`, { method, ...(body === undefined ? {} : { body }) })).json();
    expect(await send("GET", "key=a")).toBe("plinth: no such key");
    const revision = (await send("PUT", "key=a&revision=0", "größer")) as number;
    expect(revision).toBeGreaterThan(0);
    expect(await send("GET", "key=a")).toEqual(["größer", { bytes: 8 }, true, true]);
    expect(await send("PUT", "key=a&revision=0", "x")).toBe("PLINTH_KV_CONFLICT");
    expect(await send("PUT", `key=a&revision=${revision}`, "")).toBeGreaterThan(revision);
    expect(await send("GET", "key=a")).toEqual(["", { bytes: 0 }, true, true]);
    expect(await send("POST", "key=a&key=none")).toEqual({ a: 0 });
    expect(await send("DELETE", "key=a")).toBe(null);
    expect(await send("POST", "key=a")).toEqual({});
    expect(await send("GET", "key=..")).toBe("PLINTH_KV_KEY");
    const answers = await inParallel(40, 10, (i) => send("PATCH", `key=many${i}`));
    expect(answers).toEqual(answers.map(() => [8, 3, true]));
  });

  it("send requests with http.DefaultClient", async () => {
    const send = (path: string, init?: RequestInit) =>
      host.fetch("go", `/fetch?url=${encodeURIComponent(originUrl + path)}`, init);
    const echoed = await send("/echo", { method: "PUT", body: "x".repeat(100_000), headers: { "x-sent": "caf\xe9" } });
    expect([echoed.status, echoed.headers.get("x-sent"), (await echoed.text()).length]).toEqual([
      201,
      "caf\xe9",
      100_000,
    ]);
    const moved = await send("/moved");
    expect([moved.status, moved.headers.get("x-final"), await moved.text()]).toEqual([201, "/echo", ""]);
    const refused = await host.fetch("go", `/fetch?url=${encodeURIComponent("http://example.com/")}`);
    expect([refused.status, await refused.text()]).toEqual([502, expect.stringContaining("PLINTH_FETCH_DENIED")]);
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
