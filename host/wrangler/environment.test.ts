import { expect, test } from "vitest";
import { environmentsOf, wranglerEnvironment } from "./environment.ts";

const config = {
  name: "shop",
  main: "src/index.ts",
  route: "shop.example.com/*",
  vars: { MODE: "live" },
  r2_buckets: [{ binding: "FILES" }],
  triggers: { crons: ["0 0 * * *"] },
  env: { staging: { vars: { MODE: "test" } }, other: { name: "mine", triggers: { crons: [] } }, broken: 1 },
};
const in_ = (environment?: string) => wranglerEnvironment(config, environment, "wrangler.toml");

test("an environment inherits what wrangler lets it inherit, and no routes", () => {
  expect(in_("staging")).toEqual({
    name: "shop-staging",
    main: "src/index.ts",
    vars: { MODE: "test" },
    triggers: { crons: ["0 0 * * *"] },
  });
  expect(in_("other")).toEqual({ name: "mine", main: "src/index.ts", triggers: { crons: [] } });
});

test("without one, the top level counts", () => {
  const { env: _, ...top } = config;
  expect(in_()).toEqual(top);
});

test("one that is not there is an error", () => {
  expect(environmentsOf(config)).toEqual(["staging", "other"]);
  expect(() => in_("stagin")).toThrow("it has staging, other");
  expect(() => wranglerEnvironment({}, "staging", "wrangler.toml")).toThrow("it has none");
});
