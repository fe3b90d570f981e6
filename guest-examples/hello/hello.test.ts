import { afterAll, beforeAll, expect, test } from "vitest";
import { buildJavaScript } from "../../runtimes/js/build-tenant.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
  const { component } = await buildJavaScript(import.meta.dirname);
  expect(component.length).toBeLessThanOrEqual(4096);
  await host.deploy("hello", component);
});
afterAll(() => host[Symbol.asyncDispose]());

test("greets the world", async () => {
  const response = await host.fetch("hello");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/plain;charset=UTF-8");
  expect(await response.text()).toBe("Hello, world!\n");
});

test("greets by name", async () => {
  expect(await (await host.fetch("hello", "/?name=Zo%C3%AB")).text()).toBe("Hello, Zoë!\n");
});
