/** Requests as bytes (a character each), for http-raw.test.ts. */

export interface AcceptedRequest {
  readonly name: string;
  readonly bytes: string;
  /** The request in the tenant's view. */
  readonly method: string;
  readonly url: string;
  readonly body?: string;
}

export interface RefusedRequest {
  readonly name: string;
  readonly bytes: string;
  /** The status; 400 if not given. */
  readonly status?: number;
}

export const accepted: readonly AcceptedRequest[] = [
  { name: "plain", bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: x\r\n\r\n`, method: "GET", url: "/" },
  { name: "HTTP/1.0", bytes: `GET /t/mirror/ HTTP/1.0\r\nHost: x\r\n\r\n`, method: "GET", url: "/" },
  {
    name: "absolute",
    bytes: `GET http://y/t/mirror/?a HTTP/1.1\r\nHost: x\r\n\r\n`,
    method: "GET",
    url: "http://y/?a",
  },
  {
    name: "absolute https",
    bytes: `GET https://y:99/t/mirror/ HTTP/1.1\r\nHost: x\r\n\r\n`,
    method: "GET",
    url: "http://y:99/",
  },
  {
    name: "te tab",
    bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\tchunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`,
    method: "POST",
    url: "/",
    body: "x",
  },
  {
    name: "te case",
    bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: ChUnKeD\r\n\r\n1\r\nx\r\n0\r\n\r\n`,
    method: "POST",
    url: "/",
    body: "x",
  },
  {
    name: "chunk ext",
    bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;a="b;c"\r\nx\r\n0\r\n\r\n`,
    method: "POST",
    url: "/",
    body: "x",
  },
  { name: "latin1 value", bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: x\r\nA: \xfc\r\n\r\n`, method: "GET", url: "/" },
  { name: "tab value", bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: x\r\nA: \tb\t\r\n\r\n`, method: "GET", url: "/" },
  {
    name: "query method",
    bytes: `QUERY /t/mirror/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx`,
    method: "QUERY",
    url: "/",
    body: "x",
  },
  { name: "trace", bytes: `TRACE /t/mirror/ HTTP/1.1\r\nHost: x\r\n\r\n`, method: "TRACE", url: "/" },
  {
    name: "get body",
    bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx`,
    method: "GET",
    url: "/",
    body: "x",
  },
  {
    name: "upgrade ws",
    bytes:
      `GET /t/mirror/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    method: "GET",
    url: "/",
  },
  {
    name: "upgrade h2c",
    bytes:
      `GET /t/mirror/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\n` +
      `Upgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n`,
    method: "GET",
    url: "/",
  },
  { name: "two spaces", bytes: `GET  /t/mirror/  HTTP/1.1\r\nHost: x\r\n\r\n`, method: "GET", url: "/" },
  { name: "bad pct", bytes: `GET /t/mirror/%zz HTTP/1.1\r\nHost: x\r\n\r\n`, method: "GET", url: "/%zz" },
  { name: "empty line first", bytes: `\r\n\r\nGET /t/mirror/ HTTP/1.1\r\nHost: x\r\n\r\n`, method: "GET", url: "/" },
  {
    name: "conn te",
    bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: x\r\nConnection: close, X-Secret\r\nX-Secret: a\r\n\r\n`,
    method: "GET",
    url: "/",
  },
  { name: "te header", bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: x\r\nTE: trailers\r\n\r\n`, method: "GET", url: "/" },
  {
    name: "underscore",
    bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: x\r\nContent_Length: 5\r\nContent-Length: 0\r\n\r\n`,
    method: "GET",
    url: "/",
  },
  {
    name: "a request in the body of a GET",
    bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: x\r\nContent-Length: 35\r\n\r\nGET /t/mirror/s HTTP/1.1\r\nHost: x\r\n\r\n`,
    method: "GET",
    url: "/",
    body: "GET /t/mirror/s HTTP/1.1\r\nHost: x\r\n",
  },
];

export const refused: readonly RefusedRequest[] = [
  { name: "HTTP/1.0 without Host", bytes: `GET /t/mirror/ HTTP/1.0\r\n\r\n` },
  {
    name: "HTTP/1.0 with a transfer coding",
    bytes: `POST /t/mirror/ HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`,
  },
  { name: "HTTP/0.9", bytes: `GET /t/mirror/\r\n` },
  { name: "HTTP/2.0", bytes: `GET /t/mirror/ HTTP/2.0\r\nHost: x\r\n\r\n` },
  { name: "HTTP/1.2", bytes: `GET /t/mirror/ HTTP/1.2\r\nHost: x\r\n\r\n` },
  { name: "the preface of HTTP/2", bytes: `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n` },
  { name: "CONNECT", bytes: `CONNECT y:80 HTTP/1.1\r\nHost: x\r\n\r\n` },
  { name: "OPTIONS *", bytes: `OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n` },
  { name: "no host", bytes: `GET /t/mirror/ HTTP/1.1\r\n\r\n` },
  { name: "two hosts", bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n` },
  { name: "empty host", bytes: `GET /t/mirror/ HTTP/1.1\r\nHost:\r\n\r\n` },
  { name: "bad port host", bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: x:99999\r\n\r\n` },
  { name: "userinfo host", bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: a@x\r\n\r\n` },
  { name: "host list", bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: x, y\r\n\r\n` },
  {
    name: "Content-Length+te",
    bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  },
  {
    name: "two Content-Length same",
    bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx`,
  },
  {
    name: "two Content-Length",
    bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx`,
  },
  { name: "Content-Length list", bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\nx` },
  { name: "Content-Length +", bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\nx` },
  { name: "Content-Length hex", bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nContent-Length: 0x1\r\n\r\nx` },
  { name: "Content-Length -", bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n` },
  { name: "Content-Length empty", bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n` },
  {
    name: "Content-Length huge",
    bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n`,
  },
  { name: "Content-Length space", bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nContent-Length : 1\r\n\r\nx` },
  {
    name: "te gzip chunked",
    bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`,
  },
  {
    name: "te chunked gzip",
    bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n1\r\nx\r\n0\r\n\r\n`,
  },
  {
    name: "te identity",
    bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\nContent-Length: 1\r\n\r\nx`,
  },
  {
    name: "te xchunked",
    bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`,
  },
  {
    name: "te twice",
    bytes:
      `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n` +
      `\r\n1\r\nx\r\n0\r\n\r\n`,
  },
  {
    name: "te vt",
    bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \x0bchunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`,
  },
  {
    name: "chunk neg",
    bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n`,
  },
  {
    name: "chunk 0x",
    bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\nx\r\n0\r\n\r\n`,
  },
  { name: "chunk lf", bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n` },
  {
    name: "chunk nocrlf",
    bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxyz\r\n0\r\n\r\n`,
  },
  {
    name: "chunk huge",
    bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nx\r\n0\r\n\r\n`,
  },
  {
    name: "chunk space",
    bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1 \r\nx\r\n0\r\n\r\n`,
  },
  {
    name: "trailers",
    bytes:
      `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n` +
      `1\r\nx\r\n0\r\nA: b\r\nContent-Length: 9\r\n\r\n`,
  },
  {
    name: "bad trailer",
    bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA b\r\n\r\n`,
  },
  { name: "obs-fold", bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n` },
  { name: "bare lf", bytes: `GET /t/mirror/ HTTP/1.1\nHost: x\r\n\n\n` },
  { name: "bare cr", bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n` },
  { name: "nul value", bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: x\r\nA: b\x00c\r\n\r\n` },
  { name: "nul name", bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: x\r\nA\x00: b\r\n\r\n` },
  { name: "space name", bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n` },
  { name: "no colon", bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: x\r\nAbc\r\n\r\n` },
  { name: "empty name", bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n` },
  { name: "leading space header", bytes: `GET /t/mirror/ HTTP/1.1\r\n Host: x\r\n\r\n` },
  { name: "del value", bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: x\r\nA: b\x7f\r\n\r\n` },
  { name: "odd method", bytes: `FOO /t/mirror/ HTTP/1.1\r\nHost: x\r\n\r\n` },
  { name: "lower method", bytes: `get /t/mirror/ HTTP/1.1\r\nHost: x\r\n\r\n` },
  {
    name: "expect other",
    bytes: `POST /t/mirror/ HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\nContent-Length: 1\r\n\r\nx`,
    status: 417,
  },
  { name: "space in path", bytes: `GET /t/mirror/a b HTTP/1.1\r\nHost: x\r\n\r\n` },
  { name: "tab sep", bytes: `GET\t/t/mirror/\tHTTP/1.1\r\nHost: x\r\n\r\n` },
  { name: "nul path", bytes: `GET /t/mirror/\x00 HTTP/1.1\r\nHost: x\r\n\r\n` },
  { name: "latin path", bytes: `GET /t/mirror/\xfc HTTP/1.1\r\nHost: x\r\n\r\n` },
  { name: "fragment", bytes: `GET /t/mirror/#a HTTP/1.1\r\nHost: x\r\n\r\n` },
  { name: "enc slash", bytes: `GET /t%2fm/ HTTP/1.1\r\nHost: x\r\n\r\n`, status: 404 },
  { name: "backslash", bytes: `GET /t\\m/ HTTP/1.1\r\nHost: x\r\n\r\n`, status: 404 },
  { name: "ctl path", bytes: `GET /t/mirror/\x01 HTTP/1.1\r\nHost: x\r\n\r\n` },
  { name: "relative", bytes: `GET t/m/ HTTP/1.1\r\nHost: x\r\n\r\n` },
  { name: "long url", bytes: `GET /t/mirror/${"a".repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, status: 431 },
  { name: "many headers", bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: x\r\n${"A: b\r\n".repeat(2_500)}\r\n`, status: 431 },
  { name: "big header", bytes: `GET /t/mirror/ HTTP/1.1\r\nHost: x\r\nA: ${"b".repeat(20_000)}\r\n\r\n`, status: 431 },
  { name: "garbage", bytes: `\x16\x03\x01\x02\x00\x01` },
];
