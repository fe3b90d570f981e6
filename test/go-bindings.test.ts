/** The bindings of Go tenants: environment, KV and outbound HTTP. */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embedConfig, runtimeConfig } from "../host/manifest/config.ts";
import { parseManifest } from "../host/manifest/parse.ts";
import type { RuntimeConfig } from "../host/manifest/schema.ts";
import { goComponent, goHandler, goIsInstalled, needsGo } from "./support/go.ts";
import { startTestHost, type TestHost } from "./support/host.ts";

const environment = `
var atVariables = os.Getenv("GREETING")
var atInit string

func init() {
	atInit = os.Getenv("GREETING")
}
`;

const kv = `
var notes = plinth.KV("NOTES")

func use(r *http.Request) (any, error) {
	ctx, key := r.Context(), r.FormValue("key")
	switch r.Method {
	case "PUT":
		body, _ := io.ReadAll(r.Body)
		options := []plinth.PutOption{plinth.Metadata(map[string]any{"bytes": len(body)}), plinth.TTL(time.Hour)}
		if r.FormValue("revision") != "" {
			revision, _ := strconv.ParseInt(r.FormValue("revision"), 10, 64)
			options = append(options, plinth.IfRevision(revision))
		}
		return notes.Put(ctx, key, body, options...)
	case "DELETE":
		return nil, notes.Delete(ctx, key)
	case "POST":
		entries, err := notes.GetMulti(ctx, r.URL.Query()["key"]...)
		found := map[string]int{}
		for key, entry := range entries {
			found[key] = len(entry.Value)
		}
		return found, err
	}
	if prefix, ok := strings.CutPrefix(r.URL.Path, "/list/"); ok {
		names := []string{}
		for key, err := range notes.Keys(ctx, prefix) {
			if err != nil {
				return nil, err
			}
			names = append(names, key.Name+string(key.Metadata))
		}
		return names, nil
	}
	entry, err := notes.GetWithMetadata(ctx, key)
	return []any{string(entry.Value), entry.Metadata, entry.Revision > 0, time.Until(entry.Expiration) > 50*time.Minute}, err
}
`;

const answerKv = `
		result, err := use(r)
		var refused *plinth.Error
		switch {
		case errors.Is(err, plinth.ErrNotFound):
			http.NotFound(w, r)
		case errors.Is(err, plinth.ErrConflict):
			http.Error(w, "conflict", http.StatusPreconditionFailed)
		case errors.As(err, &refused):
			http.Error(w, refused.Code, http.StatusBadRequest)
		case err != nil:
			panic(err)
		default:
			json.NewEncoder(w).Encode(result)
		}`;

/** Forwards each request to the URL in the query. */
const proxy = `
		ctx := r.Context()
		if ms, _ := strconv.Atoi(r.URL.Query().Get("timeout")); ms > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, time.Duration(ms)*time.Millisecond)
			defer cancel()
		}
		request, _ := http.NewRequestWithContext(ctx, r.Method, r.URL.Query().Get("url"), r.Body)
		request.Header = r.Header
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			var refused *plinth.Error
			errors.As(err, &refused)
			w.WriteHeader(http.StatusBadGateway)
			fmt.Fprintf(w, "%+v %t", refused, errors.Is(err, context.DeadlineExceeded))
			return
		}
		defer response.Body.Close()
		maps.Copy(w.Header(), response.Header)
		w.Header().Set("X-Final", response.Request.URL.Path)
		w.WriteHeader(response.StatusCode)
		io.Copy(w, response.Body)`;

describe.skipIf(!goIsInstalled)(`Bindings of Go tenants${needsGo}`, () => {
  let host: TestHost;
  let origin: Server;
  let originUrl: string;
  beforeAll(async () => {
    origin = createServer((request, response) => void answer(request, response)).listen(0, "127.0.0.1");
    await once(origin, "listening");
    originUrl = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
    host = await startTestHost({ runtimes: ["plinth:go"], fetchPrivateNetworks: ["127.0.0.0/8"] });
  }, 300_000);
  afterAll(async () => {
    await host?.[Symbol.asyncDispose]();
    origin?.close();
  });

  const deploy = async (name: string, source: string, config: RuntimeConfig) =>
    host.deploy(name, embedConfig(await goComponent(source), config));

  it("have vars from package variables on, with any JSON as text, and secrets in requests alone", async () => {
    const seen = ["atVariables", "atInit"];
    const now = ["GREETING", "FLAGS", "TOKEN"].map((name) => `os.Getenv("${name}")`);
    const body = `json.NewEncoder(w).Encode([]string{${[...seen, ...now].join(", ")}})`;
    const vars = { GREETING: "grüß dich", FLAGS: { beta: [true, 1.5, null] } };
    const source = goHandler(body, "encoding/json os", environment);
    const all = async () => (await (await host.fetch("vars")).json()) as string[];
    await deploy("vars", source, { vars });
    expect(await all()).toEqual(["grüß dich", "grüß dich", "grüß dich", '{"beta":[true,1.5,null]}', ""]);
    const secret = await host.admin("/v1/tenants/vars/secrets/TOKEN", {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ value: 's3cr"t\n' }),
    });
    expect(secret.ok).toBe(true);
    expect((await all())[4]).toBe('s3cr"t\n');
    await deploy("vars", source, { vars: { GREETING: "hello" } });
    expect(await all()).toEqual(["hello", "hello", "hello", "", 's3cr"t\n']);
  });

  it("read and write KV: value, metadata, expiration, compare-and-set, listing", async () => {
    await deploy("notes", goHandler(answerKv, "encoding/json errors io net/http strconv strings time", kv), {
      kv: [{ binding: "NOTES", namespace: "notes" }],
    });
    const send = async (method: string, path: string, body?: string) => {
      const response = await host.fetch("notes", path, { method, ...(body === undefined ? {} : { body }) });
      const text = (await response.text()).trim();
      return response.ok ? (JSON.parse(text) as unknown) : `${response.status} ${text}`;
    };
    expect(await send("GET", "/?key=a")).toBe("404 404 page not found");
    const revision = await send("PUT", "/?key=a&revision=0", "größer");
    expect(revision).toBeGreaterThan(0);
    expect(await send("GET", "/?key=a")).toEqual(["größer", { bytes: 8 }, true, true]);
    expect(await send("PUT", "/?key=a&revision=0", "x")).toBe("412 conflict");
    expect(await send("PUT", `/?key=a&revision=${revision}`, "second")).toBeGreaterThan(revision as number);
    expect(await send("PUT", "/?key=b/2", "x".repeat(1_000_000))).toBeGreaterThan(0);
    expect(await send("PUT", "/?key=b/1", "")).toBeGreaterThan(0);
    expect(await send("GET", "/list/b/")).toEqual(['b/1{"bytes":0}', 'b/2{"bytes":1000000}']);
    expect(await send("POST", "/?key=a&key=none&key=b/2")).toEqual({ a: 6, "b/2": 1_000_000 });
    expect(await send("DELETE", "/?key=a")).toBe(null);
    expect(await send("GET", "/?key=a")).toBe("404 404 page not found");
    expect(await send("PUT", "/?key=..", "x")).toBe("400 PLINTH_KV_KEY");
    expect(await send("GET", `/?key=${"k".repeat(513)}`)).toBe("400 PLINTH_KV_KEY");
  });

  it("are told where a namespace is none of theirs", async () => {
    await deploy("stranger", goHandler(answerKv, "encoding/json errors io net/http strconv strings time", kv), {});
    const response = await host.fetch("stranger", "/?key=a");
    expect(await response.text()).toBe("PLINTH_KV_UNBOUND\n");
  });

  describe("fetch with http.DefaultClient", () => {
    beforeAll(async () => {
      const source = goHandler(proxy, "context errors fmt io maps net/http strconv time");
      await deploy("proxy", source, { fetch: { allow: [new URL(originUrl).host] } });
    }, 300_000);
    const fetch = (path: string, init?: RequestInit, more = "") =>
      host.fetch("proxy", `/?url=${encodeURIComponent(originUrl + path)}${more}`, init);

    it("bodies and header fields both ways, byte for byte", async () => {
      const body = Uint8Array.from({ length: 100_000 }, (_, i) => i * 7);
      const response = await fetch("/echo", { method: "PUT", body, headers: { "x-sent": "caf\xe9" } });
      expect([response.status, response.headers.get("x-sent")]).toEqual([201, "caf\xe9"]);
      expect(response.headers.getSetCookie()).toEqual(["a=1; Path=/t/proxy", "b=2; Path=/t/proxy"]);
      expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), body)).toBe(0);
    });

    it("redirects are http.Client's", async () => {
      const response = await fetch("/moved", { method: "POST", body: "x" });
      expect([response.status, response.headers.get("x-final"), await response.text()]).toEqual([
        200,
        "/here",
        "GET here",
      ]);
    });

    it("a host that is not allowed is an error with its code", async () => {
      const url = encodeURIComponent(originUrl.replace("127.0.0.1", "localhost"));
      const response = await host.fetch("proxy", `/?url=${url}`);
      expect(response.status).toBe(502);
      expect(await response.text()).toContain("(PLINTH_FETCH_DENIED) false");
    });

    it("a context's deadline ends it", async () => {
      const response = await fetch("/never", {}, "&timeout=50");
      expect([response.status, await response.text()]).toEqual([502, "<nil> true"]);
    });

    it("40 at a time, all waiting for the last", async () => {
      const responses = await Promise.all(Array.from({ length: 40 }, (_, i) => fetch(`/together?${i}`)));
      const texts = await Promise.all(responses.map((response) => response.text()));
      expect(texts).toEqual(Array.from({ length: 40 }, (_, i) => `together ${i}`));
    });
  });

  it("the guide's program", async () => {
    const guide = await readFile(join(import.meta.dirname, "../docs/guides/go.md"), "utf8");
    const blocks = (language: string) =>
      [...guide.matchAll(/^```(\w*)\n(.*?)^```$/gms)].filter(([, is]) => is === language).map(([, , text]) => text!);
    const config = runtimeConfig(parseManifest(blocks("jsonc")[0]!, "plinth.jsonc", ["go"]));
    const program = blocks("go").find((text) => text.includes("plinth.Scheduled"))!;
    await deploy("weather", program.replace("http://api.example.com", originUrl), {
      ...config,
      fetch: { allow: [new URL(originUrl).host] },
    });
    const get = async () => (await host.fetch("weather")).text();
    expect(await get()).toBe("1: fine in Bern");
    expect(await get()).toBe("1: fine in Bern");
  });

  let reports = 0;
  /** Requests that wait until 40 of them have arrived. */
  const together: { response: ServerResponse; text: string }[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(request.url!, originUrl);
    switch (pathname) {
      case "/echo":
        response.writeHead(201, { "x-sent": request.headers["x-sent"], "set-cookie": ["a=1", "b=2"] });
        response.end(await buffer(request));
        return;
      case "/moved":
        response.writeHead(303, { location: "/here" }).end();
        return;
      case "/here":
        response.end(`${request.method} here`);
        return;
      case "/Bern":
        response.end(`${++reports}: fine in Bern`);
        return;
      case "/together":
        together.push({ response, text: `together ${search.slice(1)}` });
        if (together.length === 40) for (const one of together.splice(0)) one.response.end(one.text);
    }
  }
});
