import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestHost, type TestHost } from "./support/host.ts";
import { answering, slimComponent } from "./support/programs.ts";

/** A program that answers with the request that it received, the body in hex. */
const MIRROR = `
  export default {
    async fetch(request) {
      const body = new Uint8Array(await request.arrayBuffer());
      return Response.json({
        method: request.method,
        url: request.url,
        headers: [...request.headers],
        body: [...body].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
      });
    },
  };`;

const VARIED = `
  export default {
    fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === "/cookies") {
        const headers = new Headers();
        headers.append("set-cookie", "a=1; Path=/");
        headers.append("set-cookie", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT");
        return new Response("two", { headers });
      }
      if (pathname === "/bytes") return new Response(Uint8Array.from({ length: 256 }, (_, i) => i));
      if (pathname === "/nothing") return new Response(null, { status: 204 });
      if (pathname === "/elsewhere") return Response.redirect("https://example.com/", 308);
      if (pathname === "/teapot") return new Response("short and stout", { status: 418 });
      if (pathname === "/latin1") return new Response("", { headers: { "x-name": "J\\xfcrgen" } });
      return new Response("found " + pathname);
    },
  };`;

interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  rawHeaders: string[];
  body: Buffer;
}

describe("HTTP through a tenant", () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ requestBodyLimitBytes: 100_000 });
    await host.deploy("mirror", slimComponent(MIRROR));
    await host.deploy("varied", slimComponent(VARIED));
    await host.deploy("slow", slimComponent(SLOW));
  });
  afterAll(() => host.close());

  /** Sends by node:http, because fetch forbids some methods and headers. */
  async function call(
    path: string,
    options: { method?: string; headers?: string[]; body?: Uint8Array } = {},
  ): Promise<Answer> {
    const { port } = new URL(host.ingressUrl);
    const headers = options.headers ?? ["host", `mirror.localhost:${port}`];
    const request = httpRequest({ host: "127.0.0.1", port, path, method: options.method ?? "GET", headers });
    request.end(options.body);
    const [response] = (await once(request, "response")) as [IncomingMessage];
    const body = Buffer.concat(await response.toArray());
    return { status: response.statusCode!, headers: response.headers, rawHeaders: response.rawHeaders, body };
  }

  it("serves a tenant by its name under the domain, with path and query as sent", async () => {
    const { body } = await call("/a%20b/c/../d?x=1&y=%zz");
    const { port } = new URL(host.ingressUrl);
    expect(JSON.parse(body.toString()).url).toMatch(`http://mirror.localhost:${port}/a%20b/`);
    const odd = await call("//double//slashes/%zz");
    expect(odd.status).toBe(200);
  });

  it("serves a tenant by path, and strips the prefix", async () => {
    const response = await host.fetch("mirror", "/deep/path?q=1");
    expect(((await response.json()) as { url: string }).url).toBe(`${host.ingressUrl}/deep/path?q=1`);
    expect((await fetch(`${host.ingressUrl}/t/varied`)).status).toBe(200);
    expect(await (await fetch(`${host.ingressUrl}/t/varied?a=b`)).text()).toBe("found /");
  });

  it("serves a tenant by a custom hostname, in any case, as long as it has it", async () => {
    const set = (hostnames: string[]) =>
      host.admin("/v1/tenants/varied/hostnames", {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ hostnames }),
      });
    expect((await call("/", { headers: ["host", "www.example.com"] })).status).toBe(404);
    expect((await set(["www.example.com"])).status).toBe(200);
    expect((await call("/", { headers: ["host", "WWW.Example.com:8080"] })).body.toString()).toBe("found /");
    await set([]);
    expect((await call("/", { headers: ["host", "www.example.com"] })).status).toBe(404);
  });

  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "PURGE"]) {
    it(`hands ${method} on`, async () => {
      const { body } = await call("/", { method });
      expect(JSON.parse(body.toString()).method).toBe(method);
    });
  }

  it("hands every byte of a body on, both ways", async () => {
    const all = Uint8Array.from({ length: 256 }, (_, index) => index);
    const headers = ["host", "mirror.localhost", "content-length", "256"];
    const { body } = await call("/", { method: "POST", body: all, headers });
    expect(JSON.parse(body.toString()).body).toBe(Buffer.from(all).toString("hex"));
    expect((await call("/bytes", { headers: ["host", "varied.localhost"] })).body).toEqual(Buffer.from(all));
  });

  it("hands a body without a content type or length on", async () => {
    const headers = ["host", "mirror.localhost", "transfer-encoding", "chunked"];
    const { body } = await call("/", { method: "POST", body: Buffer.from("abc"), headers });
    const seen = JSON.parse(body.toString());
    expect(seen.body).toBe("616263");
    expect(seen.headers.map(([name]: [string]) => name)).not.toContain("transfer-encoding");
  });

  it("hands repeated headers on, both ways", async () => {
    const headers = ["host", "mirror.localhost", "X-Tag", "one", "x-tag", "two", "Cookie", "a=1"];
    const seen = JSON.parse((await call("/", { headers })).body.toString());
    expect(seen.headers).toContainEqual(["x-tag", "one, two"]);
    const cookies = ["host", "mirror.localhost", "Cookie", "a=1", "cookie", "b=2; c=3"];
    const crumbs = JSON.parse((await call("/", { headers: cookies })).body.toString());
    expect(crumbs.headers).toContainEqual(["cookie", "a=1; b=2; c=3"]);
    const answer = await call("/cookies", { headers: ["host", "varied.localhost"] });
    expect(answer.headers["set-cookie"]).toEqual(["a=1; Path=/", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT"]);
  });

  it("hands header values on as the bytes that they are", async () => {
    const answer = await call("/latin1", { headers: ["host", "varied.localhost"] });
    expect(answer.headers["x-name"]).toBe("J\xfcrgen");
    const seen = JSON.parse(
      (await call("/", { headers: ["host", "mirror.localhost", "x-name", "J\xfcrgen"] })).body.toString(),
    );
    expect(seen.headers).toContainEqual(["x-name", "J\xfcrgen"]);
  });

  it("answers HEAD with the headers of GET and no body", async () => {
    const headers = ["host", "varied.localhost"];
    const get = await call("/page", { headers });
    const head = await call("/page", { method: "HEAD", headers });
    expect(head.status).toBe(200);
    expect(head.body).toHaveLength(0);
    expect(head.headers["content-length"]).toBe(String(get.body.length));
    expect(head.headers["content-type"]).toBe(get.headers["content-type"]);
  });

  it("hands statuses on, with and without a body", async () => {
    const headers = ["host", "varied.localhost"];
    expect((await call("/teapot", { headers })).status).toBe(418);
    const nothing = await call("/nothing", { headers });
    expect([nothing.status, nothing.body.length, nothing.headers["content-length"]]).toEqual([204, 0, undefined]);
    const elsewhere = await call("/elsewhere", { headers });
    expect([elsewhere.status, elsewhere.headers.location]).toEqual([308, "https://example.com/"]);
  });

  it("answers 404 where there is no tenant, and where it has no version", async () => {
    const unknown = await call("/", { headers: ["host", "nobody.localhost"] });
    expect([unknown.status, JSON.parse(unknown.body.toString()).error.code]).toEqual([404, "PLINTH_NO_ROUTE"]);
    expect((await fetch(`${host.ingressUrl}/`)).status).toBe(404);
    expect((await fetch(`${host.ingressUrl}/t/../admin`)).status).toBe(404);
    await host.admin("/v1/tenants", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"name":"empty"}',
    });
    const empty = await host.fetch("empty");
    expect([empty.status, ((await empty.json()) as { error: { code: string } }).error.code]).toEqual([
      404,
      "PLINTH_NOT_DEPLOYED",
    ]);
  });

  it("answers 413 to a body over the limit, whether its length is told or not", async () => {
    const body = new Uint8Array(100_001);
    for (const framing of [
      ["content-length", "100001"],
      ["transfer-encoding", "chunked"],
    ]) {
      const answer = await call("/", { method: "POST", body, headers: ["host", "mirror.localhost", ...framing] });
      expect([answer.status, JSON.parse(answer.body.toString()).error.code]).toEqual([413, "PLINTH_BODY_TOO_LARGE"]);
    }
    const most = await call("/", {
      method: "POST",
      body: body.subarray(1),
      headers: ["host", "mirror.localhost", "content-length", "100000"],
    });
    expect(most.status).toBe(200);
  });

  it("keeps no field that Connection names, and answers 400 to two Hosts", async () => {
    const { port } = new URL(host.ingressUrl);
    const send = async (head: string): Promise<string> => {
      const socket = connect(Number(port), "127.0.0.1");
      socket.write(`${head}\r\n\r\n`);
      let answer = "";
      for await (const chunk of socket) answer += chunk;
      return answer;
    };
    const base = "GET /x HTTP/1.1\r\nHost: mirror.localhost\r\n";
    expect(await send(`${base}Connection: close, x-mine\r\nX-Mine: 1\r\nX-Yours: 2`)).toMatch(
      /^HTTP\/1.1 200(?!.*x-mine).*x-yours/s,
    );
    expect(await send(`${base}Connection: close\r\nHost: varied.localhost`)).toMatch(
      /^HTTP\/1.1 400 .*PLINTH_BAD_HTTP/s,
    );
  });

  it("gives a request up when its client goes, and serves on", async () => {
    const { port } = new URL(host.ingressUrl);
    for (let i = 0; i < 20; i++) {
      const socket = connect(Number(port), "127.0.0.1");
      socket.write("GET / HTTP/1.1\r\nHost: slow.localhost\r\n\r\n");
      await once(socket, "connect");
      setTimeout(() => socket.destroy(), i * 5);
      await once(socket, "close");
    }
    expect(await (await host.fetch("slow")).text()).toBe("at last");
  });

  it("keeps a connection open from request to request", async () => {
    const { port } = new URL(host.ingressUrl);
    const socket = connect(Number(port), "127.0.0.1");
    let received = "";
    socket.setEncoding("utf8").on("data", (text) => {
      received += text;
    });
    const one = "GET /one HTTP/1.1\r\nHost: varied.localhost\r\n\r\n";
    socket.write(one + one.replace("one", "two"));
    while (!received.includes("found /two")) await once(socket, "data");
    expect(received.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
    socket.destroy();
  });
});

const SLOW = `
  export default {
    async fetch() {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return new Response("at last");
    },
  };`;

describe("tenants under one origin", () => {
  const program = slimComponent(`export default () => new Response("", { headers: [
    ["set-cookie", "a=1; Path=/; Domain=127.0.0.1"], ["set-cookie", "b=2"],
    ["clear-site-data", '"*"'], ["service-worker-allowed", "/"]] })`);

  it("have cookies below their paths, and no say about the origin", async () => {
    await using host = await startTestHost();
    await host.deploy("shop", program);
    const { headers } = await host.fetch("shop");
    expect(headers.getSetCookie()).toEqual(["a=1; Path=/t/shop/", "b=2; Path=/t/shop"]);
    const bare = await fetch(`${host.ingressUrl}/t/shop`);
    expect(bare.headers.getSetCookie()).toEqual(headers.getSetCookie());
    expect([headers.has("clear-site-data"), headers.has("service-worker-allowed")]).toEqual([false, false]);
  });

  it("are called by hostname alone where the operator wants it so", async () => {
    await using host = await startTestHost({ paths: "off" });
    await host.deploy("shop", answering("1"));
    expect((await host.fetch("shop")).status).toBe(404);
    expect(await host.getByHostname("shop.localhost")).toEqual({ status: 200, body: "1" });
  });
});
