import { describe, expect, it } from "vitest";
import { tenantLimitDefaults } from "../../config/limits.ts";
import { type CallContext, type Grants, noGrants } from "../binding.ts";
import { HostBindings } from "../host-bindings.ts";
import { decodeReply, encodeCall } from "../message.ts";
import { WorkerBindings } from "../worker-bindings.ts";
import { TemplateService } from "./service.ts";
import { templateWorker } from "./worker.ts";

const grants: Grants = { ...noGrants, vars: { COLOUR: "red" } };
const bytes = new TextEncoder().encode("body");
const frame = (method: string, named: object) =>
  encodeCall({ binding: "template", method, arguments: named as Record<string, unknown>, body: bytes });

function codeOf(reply: Uint8Array): unknown {
  try {
    return decodeReply(reply).value;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

describe("the template's worker side", () => {
  const worker = new WorkerBindings([["template", templateWorker]]);

  it("answers at once by what the tenant is granted", () => {
    const { value, body } = decodeReply(worker.answer(frame("names", { text: "COLOUR and SIZE" }), grants)!);
    expect(value).toEqual({ known: ["COLOUR"], bytes: 4 });
    expect(Buffer.from(body!).toString()).toBe("body");
  });

  it("leaves what waits to the main thread", () => {
    expect(worker.answer(frame("wait", { ms: 1 }), grants)).toBeNull();
  });

  it.each([{}, { text: 7 }, { text: "x".repeat(1_001) }, { text: "x", more: 1 }])("refuses %j", (named) => {
    expect(codeOf(worker.answer(frame("names", named), grants)!)).toBe("PLINTH_BINDING_CALL");
  });
});

describe("the template's main-thread side", () => {
  const context = (signal: AbortSignal): CallContext => ({
    tenant: "alice",
    version: 1,
    requestId: "r",
    grants,
    limits: tenantLimitDefaults,
    signal,
    request: {},
  });

  it("answers later, refuses what it does not know, and stops when nobody waits any more", async () => {
    const service = new TemplateService();
    const faults: unknown[] = [];
    await using host = new HostBindings([["template", service]], (error) => faults.push(error));
    const idle = new AbortController().signal;
    expect(codeOf(await host.call(frame("wait", { ms: 1 }), context(idle)))).toEqual({ tenant: "alice", waited: 1 });
    expect(codeOf(await host.call(frame("fly", {}), context(idle)))).toBe("PLINTH_BINDING_UNKNOWN");
    expect(codeOf(await host.call(frame("wait", { ms: -1 }), context(idle)))).toBe("PLINTH_BINDING_CALL");
    const given = new AbortController();
    const call = host.call(frame("wait", { ms: 1_000 }), context(given.signal));
    expect(service.underWay).toBe(1);
    given.abort();
    await call;
    expect([service.underWay, faults]).toEqual([0, []]);
  });

  it("tells the host, and not the guest, of what it did not expect", async () => {
    const faults: unknown[] = [];
    const broken = {
      call: () => Promise.reject(new Error("the disk is on fire")),
      [Symbol.asyncDispose]: async () => {},
    };
    await using host = new HostBindings([["template", broken]], (error) => faults.push(error));
    expect(codeOf(await host.call(frame("wait", { ms: 1 }), context(new AbortController().signal)))).toBe(
      "PLINTH_INTERNAL",
    );
    expect(String(faults)).toContain("on fire");
  });
});
