import { buffer } from "node:stream/consumers";
import { beforeEach, expect, test } from "vitest";
import type { RuntimeConfig } from "../../host/manifest/schema.ts";
import type { Origin } from "../../test/support/origin.ts";
import { describeExample, type Example } from "./example.ts";

type Fields = Readonly<Record<string, string>>;

/** The way in which visitors show who they are. It differs from example to example. */
export interface Credentials {
  /** The manifest's vars besides the origin. */
  readonly vars?: RuntimeConfig["vars"];
  /** Prepares the host before the first request. */
  readonly prepare?: (example: Example) => Promise<void>;
  /** Header fields that let ada through. */
  readonly good: (example: Example) => Promise<Fields>;
  /** The part of these fields that the origin sees. */
  readonly passedOn: Readonly<Record<string, string | undefined>>;
  /** Fields that let nobody through: each row has a name, the fields, and the answer's WWW-Authenticate and text. */
  readonly bad: readonly (readonly [string, Fields, string | null, RegExp])[];
}

/** @param own cases of one language alone. `requests` counts the requests to the origin since the case began */
export function edgeAuth(
  folder: string,
  { vars, prepare, good, passedOn, bad }: Credentials,
  own: (example: Example, requests: () => number) => void = () => {},
): void {
  let origin: Origin;
  let before: number;
  const requests = () => origin.requests.length - before;

  const deploy = async (example: Example) => {
    origin = await example.origin(async (request, response) => {
      const body = (await buffer(request)).toString();
      response.writeHead(201, { "content-type": "application/json" });
      response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }));
    });
    await example.deploy((config) => ({
      ...config,
      vars: { ...vars, ORIGIN: origin.url },
      fetch: { allow: [origin.host] },
    }));
    await prepare?.(example);
  };
  describeExample(folder, deploy, (example) => {
    beforeEach(() => {
      before = origin.requests.length;
    });

    test("who is known reaches the origin, which learns who it is and nothing of how that was shown", async () => {
      const response = await example.fetch("//accounts?year=2026", {
        method: "PUT",
        body: "x=1",
        headers: { ...(await good(example)), "x-user": "eve" },
      });
      expect(response.status).toBe(201);
      const seen = (await response.json()) as { headers: Record<string, string> };
      expect(seen).toMatchObject({
        method: "PUT",
        url: "//accounts?year=2026",
        headers: { "x-user": "ada" },
        body: "x=1",
      });
      for (const [field, value] of Object.entries(passedOn)) expect(seen.headers[field]).toBe(value);
      expect(requests()).toBe(1);
    });

    test.each(bad)("who has %s does not", async (_, fields, challenge, text) => {
      const response = await example.fetch("/accounts?year=2026", { headers: { ...fields, "x-user": "eve" } });
      expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, challenge]);
      expect(await response.text()).toMatch(text);
      expect(requests()).toBe(0);
    });

    own(example, requests);
  });
}
