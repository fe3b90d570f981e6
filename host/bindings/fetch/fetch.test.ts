import { text } from "node:stream/consumers";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Origin, startOrigin } from "../../../test/support/origin.ts";
import { beginRequest, openBinding, type Wanted } from "./caller.fixture.ts";
import type { FetchSide } from "./fetch.ts";

const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);
const encoders = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync };

let origin: Origin;
let binding: FetchSide;
/** Fetches by a path of the origin. */
let get: (path: string, wanted?: Wanted) => ReturnType<ReturnType<typeof beginRequest>>;

beforeAll(async () => {
  origin = await startOrigin(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, "http://origin");
    const coding = searchParams.get("coding");
    switch (pathname) {
      case "/echo":
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify([request.method, request.url, request.headers, await text(request)]));
        return;
      case "/redirect":
        response.writeHead(Number(searchParams.get("status")), { location: searchParams.get("to")! }).end("moved");
        return;
      case "/loop":
        response.writeHead(302, { location: "/loop" }).end();
        return;
      case "/encoded": {
        const encode = encoders[coding as keyof typeof encoders] ?? ((bytes: Uint8Array) => bytes);
        const bytes = encode(everyByte);
        response.writeHead(200, { "content-encoding": coding!, "content-length": bytes.length }).end(bytes);
        return;
      }
      case "/headers":
        response.setHeader("set-cookie", ["a=1", "b=2"]);
        response.setHeader("x-many", ["1", "2"]);
        response.writeHead(203, "Sort of", { "x-latin": "\xe9" }).end();
        return;
      case "/not-http":
        response.socket!.end("SSH-2.0-OpenSSH\r\n");
        return;
      case "/cut":
        response.writeHead(200, { "content-length": 100 });
        response.write("not one hundred");
        response.socket!.end();
        return;
      case "/broken-gzip":
        response.writeHead(200, { "content-encoding": "gzip" }).end("this is not gzip");
        return;
      case "/long-header":
        response.writeHead(200, { "x-long": "x".repeat(20_000) }).end();
        return;
      default:
        response.socket!.destroy();
    }
  });
  binding = openBinding();
  get = (path, wanted) => {
    const allow = [origin.host, `localhost:${origin.port}`, `[::1]:${origin.port}`];
    return beginRequest(binding, { allow })(path.startsWith("/") ? origin.url + path : path, wanted);
  };
});
afterAll(async () => {
  await binding[Symbol.asyncDispose]();
  await origin[Symbol.asyncDispose]();
});

const echo = async (path: string, wanted?: Wanted) => {
  const { body } = await get(path, wanted);
  const [method, url, headers, received] = JSON.parse(body.toString());
  return { method, url, headers, body: received } as {
    method: string;
    url: string;
    headers: Record<string, string>;
    body: string;
  };
};

describe("the request", () => {
  test("arrives as it was made", async () => {
    const wanted: Wanted = { method: "PATCH", headers: [["X-A", "1"]], body: Buffer.from("héllo") };
    expect(await echo("/echo?a=b%20c#part", wanted)).toMatchObject({
      method: "PATCH",
      url: "/echo?a=b%20c",
      headers: { "x-a": "1", "content-length": "6", "user-agent": "Plinth", host: origin.host },
      body: "héllo",
    });
  });

  test("says who asks where the program does", async () => {
    const { headers } = await echo("/echo", { headers: [["User-Agent", "shop/1"]] });
    expect(headers["user-agent"]).toBe("shop/1");
  });

  test("does not carry the fields of another connection", async () => {
    const own: [string, string][] = [
      ["Host", "evil.example"],
      ["Connection", "close, X-Hop"],
      ["X-Hop", "1"],
      ["Keep-Alive", "timeout=9"],
      ["Transfer-Encoding", "chunked"],
      ["Content-Length", "99"],
      ["Expect", "100-continue"],
      ["TE", "trailers"],
      ["Upgrade", "websocket"],
      ["Proxy-Authorization", "Basic x"],
      ["Accept-Encoding", "identity"],
      ["Authorization", "Bearer x"],
    ];
    const { headers, body } = await echo("/echo", { method: "POST", headers: own, body: Buffer.from("12345") });
    expect(body).toBe("12345");
    expect(headers).toMatchObject({ host: origin.host, "content-length": "5", authorization: "Bearer x" });
    expect(headers["accept-encoding"]).toContain("gzip");
    for (const name of ["x-hop", "transfer-encoding", "expect", "te", "upgrade", "proxy-authorization"]) {
      expect(headers).not.toHaveProperty(name);
    }
  });

  test.each<[Wanted & { url?: string }, RegExp]>([
    [{ url: "nowhere" }, /not an absolute URL/],
    [{ url: "ftp://127.0.0.1/" }, /scheme ftp:/],
    [{ url: "file:///etc/passwd" }, /scheme file:/],
    [{ url: "http://user@127.0.0.1/" }, /user or a password/],
    [{ url: "http://:secret@127.0.0.1/" }, /user or a password/],
    [{ method: "CONNECT" }, /CONNECT/],
    [{ method: "TRACE" }, /TRACE/],
    [{ method: "A B" }, /A B/],
    [{ body: Buffer.from("x") }, /cannot have body/],
    [{ headers: [["a b", "1"]] }, /header name/],
    [{ headers: [["a", "1\r\nb: 2"]] }, /header value/],
    [{ headers: [["a", "\u{1F600}"]] }, /ByteString/],
    [{ headers: [["a"]] }, /pairs of strings/],
    [{ headers: { a: "1" } }, /pairs of strings/],
    [{ redirect: "maybe" }, /redirect is not/],
  ])("that cannot be made is refused: %j", async ({ url = "/echo", ...wanted }, reason) => {
    const failure = await get(url, wanted).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "PLINTH_FETCH_REQUEST", message: expect.stringMatching(reason) });
  });

  test("of another method than fetch is not known", async () => {
    const call = { binding: "fetch", method: "crawl", arguments: {}, body: new Uint8Array(0) };
    await expect(binding.call(call, undefined, {} as never)).rejects.toMatchObject({ code: "PLINTH_BINDING_UNKNOWN" });
  });
});

describe("the response", () => {
  test("has status, headers and URL", async () => {
    const { status, statusText, headers, url, redirected } = await get("/headers#part");
    expect({ status, statusText, redirected, url }).toEqual({
      status: 203,
      statusText: "Sort of",
      redirected: false,
      url: `${origin.url}/headers`,
    });
    expect(headers.filter(([name]) => name.startsWith("x-") || name === "set-cookie")).toEqual([
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
      ["x-latin", "\xe9"],
      ["x-many", "1, 2"],
    ]);
  });

  test.each(Object.keys(encoders))(
    "compressed with %s is decompressed, and no longer says that it is",
    async (coding) => {
      const { body, headers } = await get(`/encoded?coding=${coding}`);
      expect(new Uint8Array(body)).toEqual(everyByte);
      const names = headers.map(([name]) => name);
      expect(names).not.toContain("content-encoding");
      expect(names).not.toContain("content-length");
    },
  );

  test("in an unknown coding is left as it is", async () => {
    const { body, headers } = await get("/encoded?coding=rot13");
    expect(new Uint8Array(body)).toEqual(everyByte);
    expect(new Map(headers).get("content-encoding")).toBe("rot13");
  });

  test("to HEAD keeps the fields of the body that it does not have", async () => {
    const { body, headers } = await get("/encoded?coding=gzip", { method: "HEAD" });
    expect(body.length).toBe(0);
    expect(new Map(headers).get("content-encoding")).toBe("gzip");
  });
});

describe("a redirect", () => {
  const to = (target: string, status = 302) => `/redirect?status=${status}&to=${encodeURIComponent(target)}`;
  const post: Wanted = { method: "POST", body: Buffer.from("x"), headers: [["content-type", "text/x"]] };

  test("is followed, and told", async () => {
    const { body, url, redirected } = await get(to("/echo?1"));
    expect(JSON.parse(body.toString()).slice(0, 2)).toEqual(["GET", "/echo?1"]);
    expect({ url, redirected }).toEqual({ url: `${origin.url}/echo?1`, redirected: true });
  });

  test.each([
    [301, "GET", "", undefined],
    [302, "GET", "", undefined],
    [303, "GET", "", undefined],
    [307, "POST", "x", "text/x"],
    [308, "POST", "x", "text/x"],
  ])("%i of a POST becomes %s", async (status, method, body, type) => {
    const arrived = await echo(to("/echo", status), post);
    expect(arrived).toMatchObject({ method, body });
    expect(arrived.headers["content-type"]).toBe(type);
  });

  test("to another origin goes without credentials", async () => {
    const headers = [
      ["authorization", "Bearer x"],
      ["cookie", "a=1"],
      ["x-a", "1"],
    ];
    const same = await echo(to("/echo"), { headers });
    expect(same.headers).toMatchObject({ authorization: "Bearer x", cookie: "a=1" });
    const other = await echo(to(`http://localhost:${origin.port}/echo`), { headers });
    expect(other.headers["x-a"]).toBe("1");
    expect(other.headers).not.toHaveProperty("authorization");
    expect(other.headers).not.toHaveProperty("cookie");
  });

  test("is given to the program that wants to handle it", async () => {
    const { status, headers, url, body } = await get(to("/echo"), { redirect: "manual" });
    expect({ status, url, body: body.toString() }).toEqual({
      status: 302,
      url: origin.url + to("/echo"),
      body: "moved",
    });
    expect(new Map(headers).get("location")).toBe("/echo");
  });

  test.each([
    ["/loop", "follow", /more than 20/],
    [to("/echo"), "error", /asked for none/],
    [to("ftp://127.0.0.1/"), "follow", /neither http nor https/],
    [to("http://"), "follow", /not a URL/],
  ])("that cannot be followed: %s, %s", async (path, redirect, reason) => {
    await expect(get(path, { redirect })).rejects.toMatchObject({
      code: "PLINTH_FETCH_REDIRECT",
      message: expect.stringMatching(reason),
    });
  });

  test("is followed 20 times", async () => {
    const before = origin.requests.length;
    await expect(get("/loop")).rejects.toMatchObject({ code: "PLINTH_FETCH_REDIRECT" });
    expect(origin.requests.length - before).toBe(21);
  });

  test("to a host that is not allowed is refused, and not asked", async () => {
    await expect(get(to("http://other.example/"))).rejects.toMatchObject({
      code: "PLINTH_FETCH_DENIED",
      message: expect.stringContaining('Add "other.example" to fetch.allow'),
    });
  });

  test("to a private address is refused although the host is allowed", async () => {
    const target = `http://[::1]:${origin.port}/`;
    await expect(get(to(target))).rejects.toMatchObject({ code: "PLINTH_FETCH_ADDRESS" });
  });
});

test.each([
  ["/closed", /closed the connection/],
  ["/not-http", /not HTTP/],
  ["/cut", /closed the connection|as long as it says/],
  ["/broken-gzip", /cannot be decompressed/],
  ["/long-header", /header fields are too large/],
])("%s is a failure that says why, and tells nothing of the host", async (path, reason) => {
  const failure = await get(path).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "PLINTH_FETCH_FAILED", message: expect.stringMatching(reason) });
  expect((failure as Error).message).toContain(`The fetch from ${origin.host} failed`);
});

test("a server that speaks no TLS", async () => {
  await expect(get(`https://${origin.host}/`)).rejects.toMatchObject({
    code: "PLINTH_FETCH_FAILED",
    message: expect.stringContaining("TLS fails"),
  });
});

test("nobody listens", async () => {
  const gone = await startOrigin(() => {});
  await gone[Symbol.asyncDispose]();
  await expect(beginRequest(binding, { allow: [gone.host] })(gone.url)).rejects.toMatchObject({
    code: "PLINTH_FETCH_FAILED",
    message: expect.stringContaining("refuses connections"),
  });
});
