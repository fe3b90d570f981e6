import { describe, expect, test } from "vitest";
import { NetworkPolicy } from "./network-policy.ts";

const refused = {
  "this network": ["0.0.0.0", "0.1.2.3", "::"],
  loopback: ["127.0.0.1", "127.255.255.254", "::1"],
  private: ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
  "link-local": ["169.254.169.254", "fe80::1", "febf::1"],
  "unique and site-local": ["fc00::1", "fd00:ec2::254", "fec0::1"],
  "carrier-grade NAT": ["100.64.0.1", "100.127.255.255"],
  multicast: ["224.0.0.1", "239.255.255.255", "ff02::1"],
  broadcast: ["255.255.255.255"],
  "documentation and benchmarks": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "2001:db8::1", "3fff::1"],
  reserved: ["240.0.0.1", "192.0.0.8", "100::1", "200::1", "4000::1"],
  "IPv4 in IPv6": [
    "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe",
    "::ffff:0:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::8.8.8.8",
    "2002:7f00:1::",
    "2002:808:808::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
  ],
  "what is no address": ["", "localhost", "1.2.3", "fe80::1%eth0", "[::1]"],
};

describe("without networks of the operator", () => {
  const policy = new NetworkPolicy([]);

  test.each(Object.entries(refused).flatMap(([kind, addresses]) => addresses.map((address) => [address, kind])))(
    "%j is refused: %s",
    (address) => {
      expect(policy.allows(address)).toBe(false);
    },
  );

  test.each(["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])(
    "%s is public",
    (address) => {
      expect(policy.allows(address)).toBe(true);
    },
  );
});

test("networks of the operator are allowed, also as IPv4 in IPv6, and no more", () => {
  const policy = new NetworkPolicy(["10.1.0.0/16", "fd12::/16"]);
  const answers = ["10.1.2.3", "::ffff:10.1.2.3", "fd12::9", "10.2.0.1", "fd13::1", "127.0.0.1", "8.8.8.8"];
  expect(answers.map((address) => policy.allows(address))).toEqual([true, true, true, false, false, false, true]);
});
