import { expect, test } from "vitest";
import { forEnvironment } from "./environment.ts";
import { parseManifest } from "./parse.ts";

const parse = (manifest: object) => parseManifest(JSON.stringify(manifest), "plinth.jsonc", ["js"]);
const manifest = parse({
  name: "shop",
  main: "src/index.ts",
  routes: ["shop.example.com"],
  vars: { MODE: "live" },
  kv: [{ binding: "PAGES", namespace: "pages" }],
  crons: ["0 0 * * *"],
  env: {
    staging: { vars: { MODE: "test" }, routes: ["staging.example.com"] },
    preview: { name: "shop-of-mine", crons: [] },
  },
});
const in_ = (environment?: string) => forEnvironment(manifest, environment, "plinth.jsonc");

test("the top level is the manifest without its environments", () => {
  expect(in_()).toMatchObject({ name: "shop", vars: { MODE: "live" } });
  expect(in_()).not.toHaveProperty("env");
});

test("an environment is a tenant of its own; vars, kv and routes are not inherited", () => {
  expect(in_("staging")).toEqual({
    name: "shop-staging",
    main: "src/index.ts",
    routes: ["staging.example.com"],
    vars: { MODE: "test" },
    crons: ["0 0 * * *"],
  });
  expect(in_("preview")).toEqual({ name: "shop-of-mine", main: "src/index.ts", crons: [] });
});

test("an environment that is not there is an error that names those that are", () => {
  for (const name of ["stagin", "constructor"]) {
    expect(() => in_(name)).toThrow(`plinth.jsonc has no environment ${name}; it has staging, preview.`);
  }
  expect(() => forEnvironment({}, "staging", "plinth.jsonc")).toThrow("it has none");
});

test("mistakes in an environment are told with their places", () => {
  for (const [env, message] of [
    [{ staging: { crons: ["61 * * * *"] } }, /env\.staging\.crons\[0\] is "61/],
    [{ staging: { vars: { A: 1 }, kv: [{ binding: "A", namespace: "a" }] } }, /env\.staging\.kv\[0\]\.binding is "A"/],
    [{ staging: { nmae: "x" } }, /env\.staging\.nmae is unknown; did you mean "name"/],
    [{ staging: { env: {} } }, /env\.staging\.env is unknown/],
    [{ Staging: {} }, /env\.Staging is not a name here/],
  ] as const) {
    expect(() => parse({ env })).toThrow(message);
  }
});
