import { describe, expect, it } from "vitest";
import { loadConfig } from "../../config/config.ts";
import { tenantLimitDefaults } from "../../config/limits.ts";
import { configCheck, pathText } from "../../manifest/check.ts";
import type { AnyBinding, Grants } from "../binding.ts";
import { type GrantedContext, HostBindings } from "../host-bindings.ts";
import { decodeReply, encodeCall } from "../message.ts";
import { WorkerBindings } from "../worker-bindings.ts";
import template, { type TemplateGrant } from "./binding.ts";
import { TemplateSide } from "./host.ts";

const granted: TemplateGrant = { words: ["red", "blue"], waitMs: 1_000 };
const grants: Grants = { template: granted };
const bytes = new TextEncoder().encode("body");
const frame = (method: string, named: object) =>
  encodeCall({ binding: "template", method, arguments: named as Record<string, unknown>, body: bytes });

function answerOf(reply: Uint8Array): unknown {
  try {
    return decodeReply(reply).value;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

describe("the template's part of the manifest", () => {
  const { problemsOf } = configCheck([template]);
  const told = (config: unknown) =>
    problemsOf({ template: config }).map(({ path, text }) => `${pathText(path)} ${text}`);

  it("is checked by its schema, and by what a schema cannot say", () => {
    expect(told({ words: ["red"] })).toEqual([]);
    expect(told({ words: ["red", "dark blue"] })).toEqual(['template.words[1] is "dark blue"; expected a single word']);
    expect(told({ words: "red" })).toEqual(['template.words is "red"; expected a list: [ ... ]']);
    expect(told({ word: [] })).toEqual([
      'template has no "words", which it needs',
      'template.word is unknown; did you mean "words"?',
    ]);
  });
});

describe("the template's worker side", async () => {
  const side = await template.worker!({ textLimit: 1_000 });
  const worker = new WorkerBindings([template], [["template", side]]);

  it("answers at once by what the tenant is granted", () => {
    const { value, body } = decodeReply(worker.answer(frame("find", { text: "red and green" }), grants)!);
    expect(value).toEqual({ found: ["red"], bytes: 4 });
    expect(Buffer.from(body!).toString()).toBe("body");
    expect(answerOf(worker.answer(frame("find", { text: "red" }), {})!)).toMatchObject({ found: [] });
  });

  it("leaves what waits to the main thread", () => {
    expect(worker.answer(frame("wait", { ms: 1 }), grants)).toBeNull();
  });

  it.each([{}, { text: 7 }, { text: "x".repeat(1_001) }, { text: "x", more: 1 }])("refuses %j", (named) => {
    expect(answerOf(worker.answer(frame("find", named), grants)!)).toBe("PLINTH_BINDING_CALL");
  });

  it("is told of in the environment", () => {
    expect(decodeReply(worker.openGrants(grants).environment!).value).toEqual({ template: ["red", "blue"] });
    expect(worker.openGrants({ another: {} }).environment).toBeNull();
  });
});

describe("the template's main-thread side", async () => {
  const config = await loadConfig({ flags: {}, environment: {} });
  const context = (signal: AbortSignal, more: Partial<GrantedContext> = {}): GrantedContext => ({
    tenant: "alice",
    version: 1,
    requestId: "r",
    grants,
    limits: tenantLimitDefaults,
    signal,
    request: {},
    ...more,
  });
  const idle = new AbortController().signal;

  it("answers later, refuses what it does not know, and stops when nobody waits any more", async () => {
    const side = new TemplateSide({ config });
    const faults: unknown[] = [];
    await using host = new HostBindings([{ binding: template, side }], (error) => faults.push(error));
    const ask = async (...call: Parameters<typeof frame>) => answerOf(await host.call(frame(...call), context(idle)));
    expect(await ask("wait", { ms: 1 })).toEqual({ tenant: "alice", waited: 1 });
    expect(await ask("fly", {})).toBe("PLINTH_BINDING_UNKNOWN");
    expect(await ask("wait", { ms: -1 })).toBe("PLINTH_BINDING_CALL");
    expect(await ask("wait", { ms: 1_001 })).toBe("PLINTH_BINDING_CALL");
    const notGranted = await host.call(frame("wait", { ms: 1 }), context(idle, { grants: {} }));
    expect(answerOf(notGranted)).toBe("PLINTH_BINDING_CALL");
    const given = new AbortController();
    const call = host.call(frame("wait", { ms: 1_000 }), context(given.signal));
    expect(side.underWay).toBe(1);
    given.abort();
    await call;
    expect([side.underWay, faults]).toEqual([0, []]);
  });

  it("tells the host, and not the guest, of what it did not expect", async () => {
    const faults: unknown[] = [];
    class Broken extends TemplateSide {
      override call(): Promise<never> {
        return Promise.reject(new Error("the disk is on fire"));
      }
    }
    const broken: { binding: AnyBinding; side: TemplateSide } = { binding: template, side: new Broken({ config }) };
    await using host = new HostBindings([broken], (error) => faults.push(error));
    expect(answerOf(await host.call(frame("wait", { ms: 1 }), context(idle)))).toBe("PLINTH_INTERNAL");
    expect(String(faults)).toContain("on fire");
  });
});
