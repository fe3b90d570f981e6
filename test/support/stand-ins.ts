/** A server that stands in for those of OpenAI, Anthropic, Stripe and S3, and runs SQL. Its answers tell the requests. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { type Origin, startOrigin } from "./origin.ts";

type Answer = (body: string, request: IncomingMessage, url: URL) => { status?: number; type?: string; body: string };

const json = (value: unknown, status = 200) => ({ status, body: JSON.stringify(value) });
const xml = (body: string, status = 200) => ({ status, type: "application/xml", body });
const events = (list: readonly unknown[]) => ({
  type: "text/event-stream",
  body: list
    .map((data) => {
      const named = typeof data === "object" && data !== null && "type" in data ? `event: ${data.type}\n` : "";
      return `${named}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
    })
    .join(""),
});

const routes: Readonly<Record<string, Answer>> = {
  "POST /openai/chat/completions"(body, { headers }) {
    const { stream, messages } = JSON.parse(body);
    const said = `${headers.authorization}: ${messages[0].content}`;
    if (!stream) return json({ choices: [{ message: { role: "assistant", content: said } }] });
    const chunks = [...said.split(" ")].map((content) => ({ choices: [{ index: 0, delta: { content } }] }));
    return events([...chunks, "[DONE]"]);
  },
  "POST /openai/files"(body, { headers }) {
    const isForm = headers["content-type"]!.startsWith("multipart/form-data; boundary=");
    return json({ id: isForm && /filename="data.jsonl"/.exec(body)?.[0] });
  },
  "GET /openai/models": () => json({ object: "list", data: [{ id: "one" }, { id: "two" }] }),
  "POST /openai/embeddings": () => json({ error: { message: "no such model", code: "model_not_found" } }, 404),

  "POST /anthropic/v1/messages"(body, { headers }) {
    const { stream, model, messages } = JSON.parse(body);
    if (model === "none") return json({ error: { type: "not_found_error", message: "no such model" } }, 404);
    const message = {
      id: "m",
      type: "message",
      role: "assistant",
      model,
      usage: { input_tokens: 1, output_tokens: 1 },
    };
    const said = `${headers.authorization}: ${messages[0].content}`;
    if (!stream) return json({ ...message, content: [{ type: "text", text: said }], stop_reason: "end_turn" });
    const deltas = said.split(" ").map((text) => {
      return { type: "content_block_delta", index: 0, delta: { type: "text_delta", text } };
    });
    return events([
      { type: "message_start", message: { ...message, content: [], stop_reason: null } },
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
      ...deltas,
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: "max_tokens" }, usage: { output_tokens: 9 } },
      { type: "message_stop" },
    ]);
  },

  "POST /v1/customers": (body) => json({ id: `cus ${body}`, object: "customer" }),
  "GET /v1/charges"(_, __, { searchParams }) {
    const after = Number(searchParams.get("starting_after") ?? 0);
    const data = [after + 1, after + 2].map((id) => ({ id: String(id), object: "charge" }));
    return json({ object: "list", data, has_more: after < 2, url: "/v1/charges" });
  },
  "POST /v1/payment_intents": () =>
    json({ error: { type: "card_error", code: "amount_too_small", message: "Too small." } }, 402),

  "POST /s3/shop/large"(body, _, { searchParams }) {
    const upload = "<UploadId>u1</UploadId>";
    if (searchParams.has("uploads"))
      return xml(`<InitiateMultipartUploadResult>${upload}</InitiateMultipartUploadResult>`);
    const part = /<ETag>(.*?)<\/ETag>/.exec(body)?.[0];
    return xml(`<CompleteMultipartUploadResult>${part}</CompleteMultipartUploadResult>`);
  },
  "GET /s3/shop/large": () => xml("<Error><Code>NoSuchKey</Code><Message>It is gone.</Message></Error>", 404),
  "DELETE /s3/shop/large": () => ({ status: 204, body: "" }),
  "GET /s3/shop/"(_, __, { searchParams }) {
    const key = `<Contents><Key>${searchParams.get("prefix")} &amp; &#252;</Key><Size>6</Size></Contents>`;
    return xml(`<ListBucketResult><KeyCount>1</KeyCount>${key}</ListBucketResult>`);
  },
};

/** @param kept the contents that were put, by path */
function bucket(kept: Map<string, string>, method: string, path: string, body: string, response: ServerResponse): void {
  if (method === "PUT") {
    kept.set(path, body);
    response.setHeader("etag", `"${body.length}"`).end();
    return;
  }
  response.setHeader("x-amz-meta-by", "x").end(kept.get(path));
}

function runSql(database: DatabaseSync, body: string): string {
  const { text: query, params, method } = JSON.parse(body);
  const statement = database.prepare(query);
  if (method === "run") {
    statement.run(...params);
    return JSON.stringify({ rows: [] });
  }
  statement.setReturnArrays(true);
  const rows = statement.all(...params);
  return JSON.stringify({ rows: method === "get" ? rows[0] : rows });
}

export async function startStandIns(): Promise<Origin> {
  const kept = new Map<string, string>();
  const database = new DatabaseSync(":memory:");
  return startOrigin(async (request, response) => {
    const url = new URL(request.url!, "http://stand-in");
    const body = await text(request);
    const route = routes[`${request.method} ${url.pathname}`];
    if (route !== undefined) {
      const { status = 200, type = "application/json", body: answer } = route(body, request, url);
      response.writeHead(status, { "content-type": type }).end(answer);
    } else if (url.pathname.startsWith("/s3/")) {
      bucket(kept, request.method!, url.pathname, body, response);
    } else if (url.pathname === "/sql") {
      try {
        response.end(runSql(database, body));
      } catch (error) {
        response.writeHead(400).end(String(error));
      }
    } else {
      response.writeHead(404).end(`nothing at ${url.pathname}`);
    }
  });
}
