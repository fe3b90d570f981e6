/** Anthropic's client: an answer, one that flows with its helper, and an error. */
import Anthropic from "@anthropic-ai/sdk";
import type { Env } from "./env.ts";

export default {
  async fetch(_request: Request, env: Env): Promise<Response> {
    const client = new Anthropic({ apiKey: "key-test", baseURL: `${env.ORIGIN}/anthropic`, maxRetries: 1 });
    const asked = { model: "claude", max_tokens: 10, messages: [{ role: "user" as const, content: "Grüße" }] };
    const { content } = await client.messages.create(asked);
    const pieces: string[] = [];
    const flowing = client.messages.stream(asked).on("text", (text) => pieces.push(text));
    const final = await flowing.finalMessage();
    const failed = await client.messages
      .create({ ...asked, model: "none" })
      .catch((error: InstanceType<typeof Anthropic.APIError>) => [error.constructor.name, error.status, error.message]);
    return Response.json({ content, pieces, final: final.content, stop: final.stop_reason, failed });
  },
};
