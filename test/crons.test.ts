/** Scheduled handlers, run by the real clock of a host. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { embedConfig } from "../host/manifest/config.ts";
import { goComponent, goIsInstalled, needsGo } from "./support/go.ts";
import { startTestHost, type TestHost, type TestHostOptions } from "./support/host.ts";
import { slimComponent } from "./support/programs.ts";

interface Cron {
  cron: string;
  nextRun: number;
  lastRun: number | null;
  lastOutcome: string | null;
  missed: number;
}

async function crons(host: TestHost): Promise<Cron[]> {
  return ((await (await host.admin("/v1/tenants/clock/crons")).json()) as { crons: Cron[] }).crons;
}

async function messages(host: TestHost): Promise<string[]> {
  const { lines } = (await (await host.admin("/v1/tenants/clock/logs")).json()) as { lines: { message: string }[] };
  return lines.map(({ message }) => message);
}

/** A host with a tenant that has a scheduled handler. Its cron does not fire during the test. */
async function hostWithCron(scheduled: string): Promise<TestHost> {
  const program = slimComponent(`export default {
    fetch: () => new Response("visited"),
    async scheduled(controller, env, ctx) { ${scheduled} },
  };`);
  const host = await startTestHost();
  await host.deploy("clock", embedConfig(program, { crons: ["0 0 1 1 *"] }));
  expect(await crons(host)).toMatchObject([{ cron: "0 0 1 1 *", lastRun: null, missed: 0 }]);
  return host;
}

/**
 * Starts the host again with another cron. A manifest's cron has minutes and cannot say "every second", so the cron is
 * written to the stopped host's registry.
 */
async function restartWithCron(dataDir: string, cron: string, options: TestHostOptions = {}): Promise<TestHost> {
  using database = new DatabaseSync(join(dataDir, "registry.sqlite"));
  database.prepare("UPDATE versions SET config = json_set(config, '$.crons[0]', ?)").run(cron);
  return startTestHost({ ...options, dataDir });
}

describe("a scheduled handler", () => {
  it("runs at its times, under the limits of any request, and never twice at once", async () => {
    await using first = await hostWithCron(`
      console.log("run", controller.cron, new Date(controller.scheduledTime).getMilliseconds());
      await new Promise((resolve) => setTimeout(resolve, 1500));
      throw new Error("after a wait");`);
    await first.close();
    await using host = await restartWithCron(first.dataDir, "* * * * * *");
    await expect
      .poll(async () => (await messages(host)).filter((line) => line.startsWith("run")).length)
      .toBeGreaterThan(1);
    expect(await messages(host)).toContain("run * * * * * * 0");
    for (const line of [
      /after a wait/,
      /the run of the cron "[*] [*] [*] [*] [*] [*]" for .* ended with PLINTH_TENANT_EXCEPTION/,
      /a run of the cron .* missed at .*: the last one has not ended/,
    ])
      await expect.poll(async () => (await messages(host)).join("\n")).toMatch(line);
    const [cron] = await crons(host);
    expect(cron).toMatchObject({
      cron: "* * * * * *",
      lastOutcome: expect.stringMatching(/^(running|PLINTH_TENANT_EXCEPTION)$/),
    });
    expect(cron!.missed).toBeGreaterThan(0);
    expect(await (await host.fetch("clock")).text()).toBe("visited");
  });

  it("states what was missed while the host was not running", async () => {
    await using first = await hostWithCron(`console.log("ran");`);
    await first.close();
    await using second = await restartWithCron(first.dataDir, "* * * * * *");
    await expect.poll(() => messages(second)).toContain("ran");
    expect(await crons(second)).toMatchObject([{ lastOutcome: expect.stringMatching(/^(ok|running)$/) }]);
    await second.close();
    {
      using database = new DatabaseSync(join(first.dataDir, "crons.sqlite"));
      database.exec("UPDATE crons SET accounted_to = accounted_to - 50000, missed = 0");
    }
    await using third = await startTestHost({ dataDir: first.dataDir });
    expect((await crons(third))[0]!.missed).toBeGreaterThanOrEqual(50);
    expect((await messages(third)).join("\n")).toMatch(
      /\d+ runs of the cron .* missed between .*: the host was not running/,
    );
  });
});

describe.skipIf(!goIsInstalled)(`plinth.Scheduled in Go${needsGo}`, () => {
  const program = `package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	plinth "plinth.dev/sdk"
)

func main() {
	plinth.Handle(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "visited") }))
	plinth.Scheduled(func(ctx context.Context, event plinth.ScheduledEvent) error {
		time.Sleep(10 * time.Millisecond)
		fmt.Println("run", event.Cron, event.Time.Nanosecond(), os.Getenv("CITY"))
		return errors.New("no report today")
	})
}
`;

  it("runs at its times with the event and the vars, and its error is in the log", async () => {
    await using first = await startTestHost({ runtimes: ["plinth:go"] });
    await first.deploy(
      "clock",
      embedConfig(await goComponent(program), { crons: ["0 0 1 1 *"], vars: { CITY: "Bern" } }),
    );
    await first.close();
    await using host = await restartWithCron(first.dataDir, "* * * * * *", { runtimes: ["plinth:go"] });
    await expect.poll(() => messages(host)).toContain("run * * * * * * 0 Bern");
    await expect
      .poll(async () => (await messages(host)).join("\n"))
      .toMatch(/no report today.*ended with PLINTH_TENANT_EXCEPTION/s);
    expect(await (await host.fetch("clock")).text()).toBe("visited");
  }, 120_000);
});
