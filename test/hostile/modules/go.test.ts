/** Go tenants whose machine code was changed by hand: it is ended, and others are served. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embedConfig } from "../../../host/manifest/config.ts";
import { constantBytes, endlessLoops, withBody } from "../../support/changed-bodies.ts";
import { errorOf } from "../../support/commands.ts";
import { goComponent, goHandler, goIsInstalled, needsGo } from "../../support/go.ts";
import { startTestHost, type TestHost } from "../../support/host.ts";
import { answering } from "../../support/programs.ts";

/** A number in the handler's code, and nowhere else. */
const MARK = 0x5eed_cafe_1234_567n;

describe.skipIf(!goIsInstalled)(`code that V8 alone cannot end${needsGo}`, () => {
  let host: TestHost;
  let honest: Uint8Array;
  beforeAll(async () => {
    host = await startTestHost({
      runtimes: ["plinth:js", "plinth:go"],
      cpuMs: 60_000,
      wallMs: 600_000,
      startCpuMs: 500,
    });
    honest = await goComponent(goHandler(`fmt.Fprint(w, uint64(len(r.URL.RawQuery)) * ${MARK} + 7)`, "fmt"));
    await host.deploy("go", honest);
    await host.deploy("js", answering("'script'"));
  });
  afterAll(() => host.close());

  it.each(Object.entries(endlessLoops))(
    "%s in a handler: four requests end, and all workers serve others",
    async (kind, loop) => {
      const tenant = `hostile-${kind.replace(".", "-")}`;
      const limits = { cpuMs: 300 };
      await host.deploy(tenant, embedConfig(withBody(honest, constantBytes(MARK), loop), { limits }));
      const answers = await Promise.all(Array.from({ length: 4 }, async () => errorOf(await host.fetch(tenant))));
      expect(answers).toEqual(Array(4).fill("503 PLINTH_CPU_LIMIT"));
      for (const [name, text] of [
        ["go", "7"],
        ["js", "script"],
      ] as const) {
        const served = await Promise.all(Array.from({ length: 4 }, async () => (await host.fetch(name)).text()));
        expect(served).toEqual(Array(4).fill(text));
      }
    },
  );

  it.each(Object.entries(endlessLoops))(
    "%s in a start function: the deploy ends, and another's is made",
    async (_, loop) => {
      const hostile = host.deploy("hostile", withBody(honest, "start", loop));
      const other = host.deploy("another", honest);
      await expect(hostile).rejects.toThrow("PLINTH_TENANT_START_LIMIT");
      await other;
      expect(await (await host.fetch("another")).text()).toBe("7");
    },
  );

  it("a loop around the runtime's own memmove is ended after the call under way", async () => {
    const source = goHandler(
      "for { copy(room[1:], room); copy(room, room[1:]) }",
      "",
      "var room = make([]byte, 16<<20)",
    );
    await host.deploy("copying", embedConfig(await goComponent(source), { limits: { cpuMs: 300 } }));
    const answers = await Promise.all(Array.from({ length: 4 }, async () => errorOf(await host.fetch("copying"))));
    expect(answers).toEqual(Array(4).fill("503 PLINTH_CPU_LIMIT"));
    expect(await (await host.fetch("go")).text()).toBe("7");
  });
});
