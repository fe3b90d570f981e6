/** Responses of Go programs that flow. */
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nearGates, startGate } from "./support/gate.ts";
import { goComponent, goHandler, goIsInstalled, needsGo } from "./support/go.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { logOf } from "./support/logs.ts";

const MIB = 1 << 20;

describe.skipIf(!goIsInstalled)(`Go responses that flow${needsGo}`, () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ ...nearGates, runtimes: ["plinth:go"], cpuMs: 60_000 });
  });
  afterAll(() => host.close());

  const open = async (name: string): Promise<IncomingMessage> => {
    const [response] = await once(get(`${host.ingressUrl}/t/${name}/`), "response");
    return response as IncomingMessage;
  };

  it("reach the client with each flush, while the handler waits", async () => {
    await using gate = await startGate();
    const program = goHandler(
      `
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "data: one\\n\\n")
		w.(http.Flusher).Flush()
		http.Get("${gate.url}")
		fmt.Fprint(w, "data: two\\n\\n")
		http.NewResponseController(w).Flush()
		time.Sleep(time.Millisecond)
		fmt.Fprint(w, "data: three\\n\\n")`,
      "fmt time",
    );
    await host.deploy("events", gate.admit(await goComponent(program)));
    const response = await host.fetch("events");
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.get("content-length")).toBeNull();
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe("data: one\n\n");
    await gate.arrived(1);
    gate.open();
    let rest = "";
    for (let read = await reader.read(); !read.done; read = await reader.read()) rest += read.value;
    expect(rest).toBe("data: two\n\ndata: three\n\n");
  });

  it("flow by themselves if they are long, as fast as the client reads", async () => {
    const size = 64 * MIB;
    const program = goHandler(
      `
		if _, err := io.Copy(w, io.LimitReader(zeros{}, ${size})); err != nil {
			panic(err)
		}`,
      "io",
      `type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}`,
    );
    await host.deploy("long", await goComponent(program));
    const slow = await open("long");
    expect((await (await host.fetch("long")).arrayBuffer()).byteLength).toBe(size);
    expect((await buffer(slow)).byteLength).toBe(size);
  });

  it("are cut off where the handler fails, and without a word of failure where it aborts", async () => {
    const program = goHandler(
      `
		fmt.Fprint(w, "begun")
		w.(http.Flusher).Flush()
		if r.URL.Path == "/abort" {
			panic(http.ErrAbortHandler)
		}
		if r.URL.Path == "/short" {
			return
		}
		panic("out of words")`,
      "fmt",
    );
    await host.deploy("failing", await goComponent(program));
    for (const path of ["/", "/abort"]) {
      const response = await host.fetch("failing", path);
      expect(response.status).toBe(200);
      await expect(response.text()).rejects.toThrow("terminated");
    }
    expect(await (await host.fetch("failing", "/short")).text()).toBe("begun");
    await expect.poll(() => logOf(host, "failing")).toMatch(/abort Handler/);
    const log = await logOf(host, "failing");
    expect(log).toMatch(/panic in the handler: out of words/);
    expect(log.match(/body broke off/g)).toHaveLength(1);
  });

  it("let work go on behind their end", async () => {
    await using gate = await startGate();
    const program = goHandler(
      `
		plinth.WaitUntil(r.Context(), func(ctx context.Context) {
			http.Get("${gate.url}")
			log.Print("done")
		})
		fmt.Fprint(w, "answer")
		w.(http.Flusher).Flush()`,
      "context fmt log",
    );
    await host.deploy("behind", gate.admit(await goComponent(program)));
    expect(await (await host.fetch("behind")).text()).toBe("answer");
    expect(await logOf(host, "behind")).toBe("");
    gate.open();
    await expect.poll(() => logOf(host, "behind")).toMatch(/done/);
  });

  it("end with their client", async () => {
    await using narrow = await startTestHost({ runtimes: ["plinth:go"], tenantConcurrency: 1 });
    const program = goHandler(
      `
		for {
			fmt.Fprintln(w, "tick")
			w.(http.Flusher).Flush()
			time.Sleep(5 * time.Millisecond)
		}`,
      "fmt time",
    );
    await narrow.deploy("endless", await goComponent(program));
    const response = (await once(get(`${narrow.ingressUrl}/t/endless/`), "response"))[0] as IncomingMessage;
    await once(response, "data");
    expect((await narrow.fetch("endless")).status).toBe(429);
    response.destroy();
    await expect
      .poll(async () => {
        const [again] = await once(get(`${narrow.ingressUrl}/t/endless/`), "response");
        again.destroy();
        return again.statusCode;
      })
      .toBe(200);
  });
});
