/** Static components made by hand whose machine code never ends: their requests are ended, and others are served. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { component } from "../../../host/component/static/static.fixture.ts";
import { embedConfig } from "../../../host/manifest/config.ts";
import { errorOf } from "../../support/commands.ts";
import { startTestHost, type TestHost } from "../../support/host.ts";

const endless = [
  ["memory.fill", "(memory.fill (i32.const 0) (i32.const 0) (i32.const 131072))"],
  ["memory.copy", "(memory.copy (i32.const 0) (i32.const 1) (i32.const 131071))"],
  ["table.fill", "(table.fill $t (i32.const 0) (ref.null func) (i32.const 200000))"],
] as const;

describe("static components made by hand", () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ cpuMs: 60_000, wallMs: 600_000 });
    await host.deploy("honest", await component([], "", "(i32.const 202)"));
  });
  afterAll(() => host.close());

  it.each(endless)("%s for ever: each request ends, and others are served", async (kind, code) => {
    const name = `hostile-${kind.replace(".", "-")}`;
    const program = await component(
      [],
      "(table $t 200000 funcref)",
      `(loop $again ${code} (br $again)) (i32.const 200)`,
    );
    await host.deploy(name, embedConfig(program, { limits: { cpuMs: 200 } }));
    const answers = Promise.all([0, 1, 2].map(async () => errorOf(await host.fetch(name))));
    expect((await host.fetch("honest")).status).toBe(202);
    for (const answer of await answers) expect(answer).toBe("503 PLINTH_CPU_LIMIT");
    expect((await host.fetch("honest")).status).toBe(202);
  });
});
