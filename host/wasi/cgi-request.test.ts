import { expect, test } from "vitest";
import { type CgiRequest, cgiInput } from "./cgi-request.ts";

const request = (parts: Partial<CgiRequest> = {}): CgiRequest => ({
  method: "GET",
  host: "shop.example.com",
  path: "/",
  mount: "",
  scheme: "http" as const,
  clientAddress: "192.0.2.7",
  clientPort: 49152,
  headers: [],
  body: new Uint8Array(0),
  ...parts,
});
const env = (parts: Partial<CgiRequest>) => cgiInput(request(parts)).env;

test("server, script and path", () => {
  expect(env({ path: "/a%2Fb/%C3%A4?q=%20", mount: "/t/shop" })).toMatchObject({
    SERVER_NAME: "shop.example.com",
    SERVER_PORT: "80",
    SCRIPT_NAME: "/t/shop",
    PATH_INFO: "/a/b/ä",
    PATH_TRANSLATED: "/a/b/ä",
    X_RAW_PATH_INFO: "/a%2Fb/%C3%A4",
    QUERY_STRING: "q=%20",
    REQUEST_URI: "/a%2Fb/%C3%A4?q=%20",
    X_FULL_URL: "http://shop.example.com/t/shop/a%2Fb/%C3%A4?q=%20",
    X_MATCHED_ROUTE: "/t/shop/...",
    REMOTE_ADDR: "192.0.2.7",
    REMOTE_PORT: "49152",
  });
  expect(env({ host: "[::1]:8080" })).toMatchObject({ SERVER_NAME: "[::1]", SERVER_PORT: "8080" });
  expect(env({ host: "[::1]" })).toMatchObject({ SERVER_NAME: "[::1]", SERVER_PORT: "80" });
  expect(env({})).not.toHaveProperty("HTTPS");
  expect(env({ scheme: "https", path: "/" })).toMatchObject({
    HTTPS: "on",
    SERVER_PORT: "443",
    X_FULL_URL: "https://shop.example.com/",
  });
});

test("a path that decodes to no text stays as it is", () => {
  for (const path of ["/%00", "/%ff", "/%", "*"]) expect(env({ path }).PATH_INFO).toBe(path);
});

test("headers: repeated ones joined, UTF-8 or latin1 as text, none that could pass for another", () => {
  const latin1 = (text: string) => Buffer.from(text, "utf8").toString("latin1");
  const variables = env({
    headers: [
      ["cookie", "a=1"],
      ["cookie", "b=2"],
      ["accept", "x"],
      ["accept", "y"],
      ["x-utf8", latin1("ä€")],
      ["x-latin1", "\xe4"],
      ["x_accept", "forged"],
      ["proxy", "http://evil"],
      ["content-type", "text/plain"],
      ["authorization", "Bearer token"],
    ],
  });
  expect(variables).toMatchObject({
    HTTP_COOKIE: "a=1; b=2",
    HTTP_ACCEPT: "x, y",
    HTTP_X_UTF8: "ä€",
    HTTP_X_LATIN1: "ä",
    HTTP_AUTHORIZATION: "Bearer token",
    CONTENT_TYPE: "text/plain",
  });
  for (const name of ["HTTP_X_ACCEPT", "HTTP_PROXY", "HTTP_CONTENT_TYPE"]) expect(variables).not.toHaveProperty(name);
});

test("arguments: the path, then the query's parts as they are", () => {
  expect(cgiInput(request({ path: "/p%20q?a=b%20c&&d" })).args).toEqual(["/p q", "a=b%20c", "d"]);
});

test("the tenant's variables stand beside those of the request and replace none", () => {
  const own = { KEY: "own", PATH_INFO: "own", HTTP_HOST: "own", HTTP_AUTHORIZATION: "own" };
  const { env } = cgiInput(request({ path: "/p", headers: [["host", "theirs"]] }), own);
  expect(env).toMatchObject({ KEY: "own", PATH_INFO: "/p", HTTP_HOST: "theirs" });
  expect(env).not.toHaveProperty("HTTP_AUTHORIZATION");
});
