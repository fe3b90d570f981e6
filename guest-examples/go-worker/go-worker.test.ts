import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildGo } from "../../runtimes/go/build-tenant.ts";
import { goIsInstalled, needsGo } from "../../test/support/go.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";

describe.skipIf(!goIsInstalled)(`go-worker${needsGo}`, () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ runtimes: ["plinth:js", "plinth:go"] });
    await host.deploy("worker", (await buildGo(import.meta.dirname)).component);
  }, 300_000);
  afterAll(() => host?.[Symbol.asyncDispose]());

  const search = async (query: string): Promise<unknown> => (await host.fetch("worker", `/search?${query}`)).json();

  test("answers with what the sources found in time, and says who was late", async () => {
    expect(await search("q=plinth&within=1500ms")).toEqual({
      titles: ["A plinth restored", "Plinths of Paestum", "The plinth"],
      late: ["basement"],
    });
    expect(await search("q=plinth&within=0s")).toEqual({ titles: [], late: ["archive", "basement", "shelf"] });
  });

  test("many searches wait at once", async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => search("q=frieze&within=1s")));
    expect(answers).toEqual(answers.map(() => ({ titles: ["The frieze"], late: ["basement"] })));
  });

  test("a pool of workers counts words", async () => {
    const body = "The column, the plinth.\n".repeat(50);
    const response = await host.fetch("worker", "/words", { method: "POST", body });
    expect(await response.json()).toEqual({ the: 100, column: 50, plinth: 50 });
  });

  test("a wrong duration is the client's fault", async () => {
    expect((await host.fetch("worker", "/search?within=soon")).status).toBe(400);
  });
});
