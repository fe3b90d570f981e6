import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSlimComponent } from "../host/component/write/slim-component.ts";
import { dataModule, dataRuntimeExports } from "../runtimes/data-module.ts";
import { JAVASCRIPT_DEPENDENCY } from "../runtimes/js/build-tenant.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { answering, slimComponent } from "./support/programs.ts";

const text = (source: string) => new TextEncoder().encode(source);
const good = answering('"fine"');

function component(parts: Partial<Parameters<typeof buildSlimComponent>[0]>): Uint8Array<ArrayBuffer> {
  return buildSlimComponent({
    dependency: JAVASCRIPT_DEPENDENCY,
    runtimeExports: dataRuntimeExports,
    appModule: dataModule(text("export default { fetch() {} }")),
    world: "resumable-service",
    ...parts,
  });
}

/** A core module with one function of the given body. `sections` come before its code. */
function module(body: number[], sections: number[] = []): Uint8Array {
  const type = [1, 4, 1, 0x60, 0, 0];
  const func = [3, 2, 1, 0];
  const code = [10, body.length + 4, 1, body.length + 2, 0, ...body, 0x0b];
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...type, ...func, ...sections, ...code]);
}

const refusals: { name: string; bytes: Uint8Array; status: number; error: string }[] = [
  { name: "an empty body", bytes: new Uint8Array(0), status: 400, error: "PLINTH_NOT_A_COMPONENT" },
  { name: "a text", bytes: text("hello"), status: 400, error: "PLINTH_NOT_A_COMPONENT" },
  { name: "a core module", bytes: module([]), status: 400, error: "PLINTH_NOT_A_COMPONENT" },
  { name: "a truncated component", bytes: good.slice(0, -20), status: 400, error: "PLINTH_COMPONENT_TRUNCATED" },
  {
    name: "a component cut off in the length of a section",
    bytes: Uint8Array.from([...good.slice(0, 8), 1, 0xff]),
    status: 400,
    error: "PLINTH_COMPONENT_TRUNCATED",
  },
  {
    name: "a corrupt component: a section that there is not",
    bytes: Uint8Array.from([...good, 0x2a, 0x00]),
    status: 400,
    error: "PLINTH_COMPONENT_UNSUPPORTED",
  },
  {
    name: "a corrupt component: a count that its section cannot hold",
    bytes: Uint8Array.from([...good, 10, 1, 0x7f]),
    status: 400,
    error: "PLINTH_COMPONENT_MALFORMED",
  },
  {
    name: "a slim component over 32 MiB",
    bytes: slimComponent(`export default "${"x".repeat(32 << 20)}"`),
    status: 413,
    error: "PLINTH_UPLOAD_TOO_LARGE",
  },
  {
    name: "anything over 32 MiB",
    bytes: new Uint8Array((32 << 20) + 1),
    status: 413,
    error: "PLINTH_UPLOAD_TOO_LARGE",
  },
  {
    name: "an unknown runtime",
    bytes: component({ dependency: "unlocked-dep=<plinth:cobol@{>=1.0.0}>" }),
    status: 422,
    error: "PLINTH_UNKNOWN_RUNTIME",
  },
  {
    name: "a version that this host does not have",
    bytes: component({ dependency: "unlocked-dep=<plinth:js@{>=7.0.0 <8.0.0}>" }),
    status: 422,
    error: "PLINTH_RUNTIME_VERSION",
  },
  {
    name: "a hash that is not the runtime's",
    bytes: component({ dependency: `locked-dep=<plinth:js@1.0.0>,integrity=<sha256-${"A".repeat(43)}=>` }),
    status: 422,
    error: "PLINTH_RUNTIME_INTEGRITY",
  },
  {
    name: "a name that is no dependency",
    bytes: component({ dependency: "unlocked-dep=<plinth>" }),
    status: 400,
    error: "PLINTH_COMPONENT_MALFORMED",
  },
  {
    name: "an export that the runtime does not have",
    bytes: component({
      runtimeExports: [
        ...dataRuntimeExports,
        { name: "system", type: { kind: "function", params: ["i32"], results: [] } },
      ],
    }),
    status: 422,
    error: "PLINTH_RUNTIME_TYPE",
  },
  {
    name: "an opcode that the policy does not allow",
    bytes: component({ appModule: module([0x3f, 0, 0x1a]) }),
    status: 422,
    error: "PLINTH_POLICY",
  },
  {
    name: "a memory of its own",
    bytes: component({ appModule: module([], [5, 3, 1, 0, 1]) }),
    status: 422,
    error: "PLINTH_POLICY",
  },
  {
    name: "code that does not pass validation",
    // i32.const 1 stays on the stack
    bytes: component({ appModule: module([0x41, 1]) }),
    status: 400,
    error: "PLINTH_COMPONENT_MALFORMED",
  },
  {
    name: "a syntax error",
    bytes: slimComponent("export default {"),
    status: 422,
    error: "PLINTH_TENANT_START_FAILED",
  },
  {
    name: "top-level code that throws",
    bytes: slimComponent('throw new Error("not today")'),
    status: 422,
    error: "PLINTH_TENANT_START_FAILED",
  },
  {
    name: "a program without a handler",
    bytes: slimComponent("export const a = 1"),
    status: 422,
    error: "PLINTH_TENANT_START_FAILED",
  },
  {
    name: "top-level code that never ends",
    bytes: slimComponent("for (;;);"),
    status: 422,
    error: "PLINTH_TENANT_START_LIMIT",
  },
  {
    name: "top-level code that never ends, in one native call",
    bytes: slimComponent("new Array(2 ** 32 - 1).indexOf(1)"),
    status: 422,
    error: "PLINTH_TENANT_START_LIMIT",
  },
  {
    name: "top-level code that takes all memory",
    bytes: slimComponent("export const hoard = []; for (;;) hoard.push(new Uint8Array(1 << 20).fill(1))"),
    status: 422,
    error: "PLINTH_TENANT_START_LIMIT",
  },
];

describe("uploads that are refused", () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ startCpuMs: 300 });
    await host.deploy("shop", good);
  });
  afterAll(() => host.close());

  async function upload(
    bytes: Uint8Array,
  ): Promise<{ status: number; error: { code: string; message: string; offset?: number } }> {
    const response = await host.admin("/v1/tenants/shop/versions?activate=true", {
      method: "POST",
      headers: { "content-type": "application/wasm" },
      body: bytes as Uint8Array<ArrayBuffer>,
    });
    return { status: response.status, ...((await response.json()) as { error: { code: string; message: string } }) };
  }

  for (const { name, bytes, status, error } of refusals) {
    it("goes on with the deploys that wait when one has to be ended", async () => {
      await using strict = await startTestHost({ startCpuMs: 300 });
      const endless = slimComponent("const a = new Array(2 ** 32 - 1); for (;;) a.indexOf(1); export default {}");
      const ended = strict.deploy("endless", endless);
      const others = ["one", "two", "three"].map((name) => strict.deploy(name, answering(`"${name}"`)));
      await expect(ended).rejects.toThrow("PLINTH_TENANT_START_LIMIT");
      await Promise.all(others);
      expect(await (await strict.fetch("three")).text()).toBe("three");
    });

    it(`answers ${status} ${error} to ${name}, and leaves the live version as it was`, async () => {
      const refused = await upload(bytes);
      expect(refused.error.code).toBe(error);
      expect(refused.status).toBe(status);
      expect(refused.error.message).toMatch(/\S\. \S/);
      const versions = (await (await host.admin("/v1/tenants/shop/versions")).json()) as { versions: unknown[] };
      expect(versions.versions).toHaveLength(1);
      expect(await (await host.fetch("shop")).text()).toBe("fine");
    });
  }

  it("names the byte offset at which a component breaks the policy", async () => {
    const appModule = module([0x3f, 0, 0x1a]);
    const bytes = component({ appModule });
    const at = Buffer.from(bytes).indexOf(Buffer.from(appModule)) + appModule.indexOf(0x3f, 20);
    expect((await upload(bytes)).error.offset).toBe(at);
  });

  it("refuses corrupted bytes, wherever they are, with an error of the table", async () => {
    for (let at = 8; at < good.length; at += 7) {
      const bytes = good.slice();
      bytes[at]! ^= 0x55;
      const { status, error } = await upload(bytes);
      // A component with a flipped bit in a text or a name may still be valid.
      if (status === 201) continue;
      expect([400, 422]).toContain(status);
      expect(error.code).toMatch(/^PLINTH_/);
    }
  }, 120_000);

  it("are dealt with by turns: who uploads much waits for itself", async () => {
    // A start-up takes longer on a busy machine.
    await using host = await startTestHost({ startCpuMs: 10_000 });
    for (const name of ["many", "one"]) await host.deploy(name, good);
    const ended: string[] = [];
    const busy = answering('"slow"', "for (let n = 0; n < 6e6; n++);");
    const upload = async (name: string, bytes: Uint8Array<ArrayBuffer>) => {
      await host.deploy(name, bytes);
      ended.push(name);
    };
    const many = Array.from({ length: 12 }, () => upload("many", busy));
    // The first upload is done, and the others wait.
    await many[0];
    await Promise.all([...many, upload("one", good)]);
    expect(ended.at(-1)).toBe("many");
    // Without turns this upload would be the last one. It need not be early, because it arrives late on a busy machine.
    expect(ended.indexOf("one")).toBeLessThan(9);
  });
});
