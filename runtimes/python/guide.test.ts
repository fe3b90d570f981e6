/** Runs every command of docs/guides/python.md. Each has to do what the guide says. */
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { GuideReader, readersHome } from "../../test/support/guide.ts";
import { startTestHost } from "../../test/support/host.ts";
import { language } from "./language.ts";
import { nameWith, whyMissing } from "./tested.fixture.ts";

const missing = await whyMissing(language);

/** Whether pip gets the guide's package. */
function pipGets(requirement: string): boolean {
  const flags = [
    "--quiet",
    "--disable-pip-version-check",
    "--dry-run",
    "--ignore-installed",
    "--root-user-action=ignore",
  ];
  try {
    execFileSync("python3", ["-m", "pip", "install", ...flags, requirement], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const reason = missing ?? (pipGets("flask==3.1.1") ? undefined : "pip does not get Flask");

describe.skipIf(reason !== undefined)(nameWith("the guide to Python", reason), () => {
  test("does what it says", async () => {
    await using home = await readersHome();
    await using host = await startTestHost({ runtimes: ["plinth:js", "plinth:python"] });
    await using reader = new GuideReader({
      ingress: host.ingressUrl,
      admin: host.adminUrl,
      home: home.path,
      token: host.token,
    });
    await reader.follow("docs/guides/python.md");
    const tenants = (await (await host.admin("/v1/tenants")).json()) as { tenants: { name: string }[] };
    expect(tenants.tenants.map(({ name }) => name)).toEqual(["visits"]);
  });
});
