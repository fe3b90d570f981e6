import { Socket } from "node:net";
import { expect, test } from "vitest";
import type { ProxyHeader } from "../config/settings.ts";
import { Clients, socketAddress } from "./client.ts";

const proxies = ["10.0.0.0/8", "fd00::/8", "203.0.113.9/32"];

function clientOf(
  peer: string,
  headers: Record<string, string>,
  { header = "x-forwarded" as ProxyHeader, networks = proxies, encrypted = false } = {},
) {
  const socket = Object.assign(Object.create(Socket.prototype) as Socket, { encrypted });
  Object.defineProperties(socket, { remoteAddress: { value: peer }, remotePort: { value: 49152 } });
  const { address, port, scheme } = new Clients(networks, header).of({ headers, socket });
  return `${scheme}://${socketAddress({ address, port, scheme })}`;
}

test("the client is who has connected, where that is no trusted proxy", () => {
  const forged = { "x-forwarded-for": "198.51.100.1", "x-forwarded-proto": "https", forwarded: "for=198.51.100.1" };
  expect(clientOf("192.0.2.7", forged)).toBe("http://192.0.2.7:49152");
  expect(clientOf("::ffff:192.0.2.7", forged)).toBe("http://192.0.2.7:49152");
  expect(clientOf("2001:db8::1", forged)).toBe("http://[2001:db8::1]:49152");
  expect(clientOf("10.1.2.3", forged, { networks: [] })).toBe("http://10.1.2.3:49152");
  expect(clientOf("192.0.2.7", {}, { encrypted: true })).toBe("https://192.0.2.7:49152");
});

test.each([
  ["one proxy", { "x-forwarded-for": "198.51.100.1", "x-forwarded-proto": "https" }, "https://198.51.100.1:0"],
  [
    "the last address that no trusted proxy has",
    { "x-forwarded-for": "1.1.1.1, 198.51.100.1" },
    "http://198.51.100.1:0",
  ],
  ["proxies behind each other", { "x-forwarded-for": "198.51.100.1,203.0.113.9, 10.9.9.9" }, "http://198.51.100.1:0"],
  ["trusted proxies alone", { "x-forwarded-for": "10.9.9.9" }, "http://10.9.9.9:0"],
  ["an address and its port", { "x-forwarded-for": "198.51.100.1:5000" }, "http://198.51.100.1:5000"],
  ["IPv6", { "x-forwarded-for": "2001:db8::7" }, "http://[2001:db8::7]:0"],
  ["IPv6 in brackets", { "x-forwarded-for": "[2001:db8::7]:5000" }, "http://[2001:db8::7]:5000"],
  ["IPv4 as IPv6", { "x-forwarded-for": "::ffff:198.51.100.1" }, "http://198.51.100.1:0"],
  ["no address", { "x-forwarded-for": "unknown", "x-forwarded-proto": "https" }, "https://10.1.2.3:49152"],
  ["no address behind a proxy", { "x-forwarded-for": "unknown, 10.9.9.9" }, "http://10.9.9.9:0"],
  ["a scheme alone", { "x-forwarded-proto": "https" }, "https://10.1.2.3:49152"],
  [
    "a scheme for each address",
    { "x-forwarded-for": "198.51.100.1, 10.9.9.9", "x-forwarded-proto": "https, http" },
    "https://198.51.100.1:0",
  ],
  [
    "one scheme for all",
    { "x-forwarded-for": "198.51.100.1, 10.9.9.9", "x-forwarded-proto": "https" },
    "https://198.51.100.1:0",
  ],
  [
    "a scheme that is none",
    { "x-forwarded-for": "198.51.100.1", "x-forwarded-proto": "gopher" },
    "http://198.51.100.1:0",
  ],
  ["Forwarded, which the proxy only passes on", { forwarded: "for=198.51.100.1;proto=https" }, "http://10.1.2.3:49152"],
  ["nothing", {}, "http://10.1.2.3:49152"],
])("a trusted proxy names %s", (_what, headers, expected) => {
  expect(clientOf("10.1.2.3", headers as Record<string, string>)).toBe(expected);
});

test.each([
  ["for=198.51.100.1;proto=https;by=10.1.2.3", "https://198.51.100.1:0"],
  ['for="[2001:db8::7]:5000";proto=HTTPS', "https://[2001:db8::7]:5000"],
  ["for=1.1.1.1, For=198.51.100.1;proto=https, for=10.9.9.9;proto=http", "https://198.51.100.1:0"],
  ["for=_hidden;proto=https", "https://10.1.2.3:49152"],
  ["for=unknown", "http://10.1.2.3:49152"],
  ["proto=https", "https://10.1.2.3:49152"],
  ["for=198.51.100.1;;;=", "http://10.1.2.3:49152"],
])("in Forwarded: %s", (forwarded, expected) => {
  const headers = { forwarded, "x-forwarded-for": "9.9.9.9", "x-forwarded-proto": "https" };
  expect(clientOf("10.1.2.3", headers, { header: "forwarded" })).toBe(expected);
});

test.each([
  ["192.0.2.7", "x-forwarded", ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip"]],
  ["10.1.2.3", "x-forwarded", ["forwarded"]],
  ["::ffff:10.1.2.3", "forwarded", ["x-forwarded-for", "x-forwarded-host", "x-real-ip"]],
] as const)("fields of %s that are not believed where proxies use %s", (peer, header, disbelieved) => {
  const clients = new Clients(proxies, header);
  const socket = Object.create(Socket.prototype) as Socket;
  Object.defineProperty(socket, "remoteAddress", { value: peer });
  const names = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "x-forward", "cookie"];
  expect(names.filter((name) => clients.disbelieves(name, { socket }))).toEqual(disbelieved);
});
