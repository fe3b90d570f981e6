import { expect, test } from "vitest";
import { describeExample, type Example } from "./example.ts";

/** Redirects by table. */
export function redirects(folder: string): void {
  const deploy = (example: Example) => example.deploy();
  describeExample(folder, deploy, (example) => {
    async function get(path: string): Promise<[number, string | null]> {
      const response = await example.fetch(path, { redirect: "manual" });
      return [response.status, response.headers.get("location")];
    }

    test.each([
      ["a pattern", "/blog/2019/05/h%C3%BCte", 301, "/posts/h%C3%BCte"],
      ["a pattern to another server", "/users/ada", 302, "https://people.example.com/ada"],
      ["a prefix", "/docs/v1/a/b.html", 308, "/docs/v2/a/b.html"],
      ["the query goes along", "/shop/bases?size=2&wood=oak", 301, "https://shop.example.com/bases?size=2&wood=oak"],
      ["a visitor cannot choose the server", "/docs/v1//evil.example/x", 308, "/docs/v2/evil.example/x"],
    ])("%s", async (_, path, status, location) => {
      expect(await get(path)).toEqual([status, location]);
    });

    test("paths that no rule fits are not there", async () => {
      const paths = ["/", "/blog/2019/hats", "/users/", "/docs/v1", `/${"x".repeat(1000)}`];
      for (const path of paths) expect(await get(path)).toEqual([404, null]);
    });

    test("a single path is written, changed and comes before the rules", async () => {
      await example.putValue("paths", "/users/bob", "/team#bob\n");
      expect(await get("/users/bob")).toEqual([302, "/team#bob"]);
      expect(await get("/users/bob?from=mail")).toEqual([302, "/team?from=mail#bob"]);
      await example.putValue("paths", "/users/bob", "/people?id=7", { "plinth-kv-metadata": '{"status":308}' });
      expect(await get("/users/bob?from=mail")).toEqual([308, "/people?id=7&from=mail"]);
    });

    test("caches may keep a redirect for an hour", async () => {
      const response = await example.fetch("/users/ada", { redirect: "manual" });
      expect(response.headers.get("cache-control")).toBe("public, max-age=3600");
    });
  });
}
