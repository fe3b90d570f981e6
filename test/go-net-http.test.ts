/** Go programs and their visitors: the facts that net/http's server tells handlers, and the ends of their responses. */
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { goComponent, goHandler, goIsInstalled, needsGo } from "./support/go.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { logOf } from "./support/logs.ts";

const MIB = 1 << 20;

describe.skipIf(!goIsInstalled)(`Go handlers${needsGo}`, () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ runtimes: ["plinth:go"], cpuMs: 60_000, wallMs: 600_000 });
  });
  afterAll(() => host.close());

  const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;

  it("are told the client's address and port, the server and its address", async () => {
    const program = goHandler(
      `
		server, isServer := r.Context().Value(http.ServerContextKey).(*http.Server)
		local, isAddr := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
		fmt.Fprintf(w, "%s %v %v %v %d", r.RemoteAddr, isServer && server.Handler != nil, isAddr && local.Network() == "tcp",
			r.Header.Get("Plinth-Client"), len(r.Header.Values("X-Own")))`,
      "fmt net",
    );
    await host.deploy("address", await goComponent(program));
    const { port, hostname } = new URL(host.ingressUrl);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    const lines = ["GET /t/address/ HTTP/1.1", `Host: ${hostname}`, "Plinth-Client: 203.0.113.9:1", "X-Own: 1"];
    socket.write([...lines, "Connection: close", "", ""].join("\r\n"));
    const address = `${socket.localAddress}:${socket.localPort}`;
    expect(await text(socket)).toContain(`\r\n\r\n${address} true true  1`);
  });

  it("that write less than their Content-Length, or panic with http.ErrAbortHandler, close the connection", async () => {
    const program = goHandler(
      `
		if r.URL.Path == "/abort" {
			io.WriteString(w, "begun")
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "short")`,
      "io",
    );
    await host.deploy("short", await goComponent(program));
    await expect(host.fetch("short")).rejects.toThrow("fetch failed");
    await expect(host.fetch("short", "/abort")).rejects.toThrow("fetch failed");
    const log = await logOf(host, "short");
    expect(log).toContain("declared a Content-Length of 100 and wrote 5 bytes");
    expect(log).toContain("abort Handler");
  });

  it("may write as much as they like, since what is long flows, and whole no more than a response may have", async () => {
    const program = goHandler(
      `
		size, _ := strconv.Atoi(r.URL.RawQuery)
		piece := make([]byte, 32<<10)
		for ; size > 0; size -= len(piece) {
			if _, err := w.Write(piece[:min(size, len(piece))]); err != nil {
				panic(err)
			}
		}`,
      "strconv",
    );
    await host.deploy("large", await goComponent(program));
    for (const size of [100_000, 10 * MIB, 10 * MIB + 1, 64 * MIB]) {
      const response = await host.fetch("large", `/?${size}`);
      expect(response.headers.get("content-length")).toBe(size === 100_000 ? "100000" : null);
      expect((await response.arrayBuffer()).byteLength).toBe(size);
    }
    await using narrow = await startTestHost({ runtimes: ["plinth:go"], responseBodyLimitBytes: 100_000 });
    await narrow.deploy("large", await goComponent(program));
    expect((await narrow.fetch("large", "/?100000")).status).toBe(200);
    const more = await narrow.fetch("large", "/?100001");
    expect([more.status, await codeOf(more)]).toEqual([502, "PLINTH_RESPONSE_TOO_LARGE"]);
  });

  it("may make much garbage beside much live memory: the collector knows the tenant's limit", async () => {
    const program = goHandler(
      `
		live := make([][]byte, 18)
		for i := range live {
			live[i] = make([]byte, 1<<20)
		}
		for range 100 {
			garbage = make([]byte, 1<<20)
		}
		fmt.Fprint(w, len(live), debug.SetMemoryLimit(-1) < 64<<20)`,
      "fmt runtime/debug",
      "var garbage []byte",
    );
    await host.deploy("garbage", await goComponent(program));
    const answers = await Promise.all(Array.from({ length: 5 }, async () => (await host.fetch("garbage")).text()));
    expect(new Set(answers)).toEqual(new Set(["18 true"]));
  });

  it("keep a memory limit that the program has set", async () => {
    const program = goHandler(
      `
		garbage = make([]byte, 20<<20)
		fmt.Fprint(w, debug.SetMemoryLimit(-1))`,
      "fmt runtime/debug",
      `
var garbage []byte

func init() { debug.SetMemoryLimit(12_345_678) }`,
    );
    await host.deploy("own-limit", await goComponent(program));
    expect(await (await host.fetch("own-limit")).text()).toBe("12345678");
  });
});
