import { describe, expect, it } from "vitest";
import type { HeaderField } from "../protocol/contract.ts";
import { bodyTooLarge, responseTooLarge } from "./response-size.ts";

const body = new Uint8Array(10);
const field = (bytes: number): HeaderField => ["name", new Uint8Array(bytes)];

describe("a response", () => {
  it("may have a body as large as the limit, and none that is larger", () => {
    const message = "the response body has 10 bytes";
    expect(responseTooLarge({ headers: [], body }, 10)).toBeNull();
    expect(responseTooLarge({ headers: [], body }, 9)).toEqual({ tag: "failed", message, limit: "response" });
    expect(bodyTooLarge(body, 10)).toBeNull();
    expect(bodyTooLarge(body, 9)).toMatchObject({ limit: "response" });
  });

  it("may have 256 KiB of headers, each field counted with 32 bytes more", () => {
    const most = (256 << 10) - 2 * (4 + 32);
    expect(responseTooLarge({ headers: [field(0), field(most)], body }, 10)).toBeNull();
    expect(responseTooLarge({ headers: [field(1), field(most)], body }, 10)).toEqual({
      tag: "failed",
      message: "the response's headers take 262145 bytes; at most 262144 can be sent",
      limit: "response-headers",
    });
    // The body is checked first, because its limit is the tenant's own.
    expect(responseTooLarge({ headers: [field(1), field(most)], body }, 9)).toMatchObject({ limit: "response" });
  });
});
