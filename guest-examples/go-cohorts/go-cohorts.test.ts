import { expect, test } from "vitest";
import { cohorts, getApp } from "../suites/cohorts.ts";

cohorts(import.meta.dirname, (example) => {
  test("a switch that names no installation is told to the visitor", async () => {
    await example.putValue("switch", "live", "red");
    expect(await getApp(example)).toEqual([503, null, "no installation is live\n"]);
  });
});
