/** OpenAI's client: an answer, one that flows, an upload, and an error with retries. */
import OpenAI, { toFile } from "openai";
import type { Env } from "./env.ts";

export default {
  async fetch(_request: Request, env: Env): Promise<Response> {
    const client = new OpenAI({ apiKey: "sk-test", baseURL: `${env.ORIGIN}/openai`, maxRetries: 1 });
    const messages = [{ role: "user" as const, content: "Grüße" }];
    const whole = await client.chat.completions.create({ model: "gpt", messages });
    const words: (string | null | undefined)[] = [];
    const flowing = await client.chat.completions.create({ model: "gpt", messages, stream: true });
    for await (const chunk of flowing) words.push(chunk.choices[0]?.delta.content);
    const file = await client.files.create({
      file: await toFile(new TextEncoder().encode("{}\n"), "data.jsonl"),
      purpose: "fine-tune",
    });
    const pages: string[] = [];
    for await (const model of client.models.list()) pages.push(model.id);
    const failed = await client.embeddings
      .create({ model: "none", input: "x" })
      .catch((error: InstanceType<typeof OpenAI.APIError>) => [error.name, error.status, error.message, error.code]);
    return Response.json({ said: whole.choices[0]?.message.content, words, file: file.id, pages, failed });
  },
};
