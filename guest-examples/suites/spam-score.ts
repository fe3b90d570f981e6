import { expect, test } from "vitest";
import examples from "../spam-score/examples.json" with { type: "json" };
import { describeExample, type Example } from "./example.ts";

const token = "trainer-of-the-tests";

/** A classifier of forms that its trainer teaches. */
export function spamScore(folder: string): void {
  const deploy = async (example: Example) => {
    await example.deploy();
    await example.putSecret("TRAINER", token);
  };
  describeExample(folder, deploy, (example) => {
    const post = (path: string, fields: Record<string, string>, bearer = token) =>
      example.fetch(path, {
        method: "POST",
        body: new URLSearchParams(fields),
        headers: { authorization: `Bearer ${bearer}` },
      });
    const score = async (message: string) =>
      (await (await post("/", { name: "somebody", message })).json()) as { probability: number; spam: boolean };

    test("knows nothing, is taught, and tells new messages apart", async () => {
      expect(await score("Claim your free bonus")).toEqual({ probability: 0.5, spam: false });

      // All examples come at once, and compare-and-set loses none of them.
      const lessons = Object.entries(examples).flatMap(([label, texts]) =>
        texts.map((message) => ({ label, message })),
      );
      const answers = await Promise.all(lessons.map((lesson) => post("/train", lesson)));
      expect(answers.map(({ status }) => status)).toEqual(lessons.map(() => 200));
      const counts = (await Promise.all(answers.map((answer) => answer.json()))) as { spam: number; ham: number }[];
      expect(Math.max(...counts.map(({ spam, ham }) => spam + ham))).toBe(lessons.length);

      const spam = await score("You have won a free casino bonus!! Click http://spins.example now");
      expect(spam).toEqual({ probability: expect.any(Number), spam: true });
      expect(spam.probability).toBeGreaterThan(0.99);
      expect((await score("What is the price of a plinth for a bust? Kind regards")).probability).toBeLessThan(0.1);
    });

    test("takes forms of both kinds, and words that are names of an object's own properties", async () => {
      const form = new FormData();
      form.set("message", "constructor toString __proto__ hasOwnProperty");
      const response = await example.fetch("/", { method: "POST", body: form });
      expect([response.status, await response.json()]).toEqual([200, { probability: expect.any(Number), spam: false }]);
    });

    test("only the trainer trains, and only with the two labels", async () => {
      expect((await post("/train", { label: "spam", message: "x" }, "guess")).status).toBe(401);
      expect((await post("/train", { label: "eggs", message: "x" })).status).toBe(422);
      expect((await example.fetch("/", { method: "POST", body: "{}" })).status).toBe(415);
      expect((await example.fetch()).status).toBe(405);
      expect((await example.fetch("/elsewhere")).status).toBe(404);
    });
  });
}
