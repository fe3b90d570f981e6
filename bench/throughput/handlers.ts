/** The requests of the benchmark. The programs in programs/ have a handler for each. */

export interface Handler {
  readonly name: string;
  readonly what: string;
  readonly method: "GET" | "POST";
  readonly body: string;
  /** Whether an answer with status 200 is the right one. */
  readonly isRight: (body: string) => boolean;
}

/** JSON of 1 KB. */
const order = JSON.stringify({
  id: 4711,
  items: Array.from({ length: 20 }, (_, n) => ({ name: `base number ${n}`, count: n, price: 1000 + n })),
});
const upload = "0123456789abcdef".repeat(4096);

const get = (name: string, what: string, isRight: Handler["isRight"]): Handler => ({
  name,
  what,
  method: "GET",
  body: "",
  isRight,
});

export const handlers = [
  get("hello", "a line of text", (body) => body.startsWith("hello from tenant-")),
  {
    name: "echo",
    what: "JSON of 1 KB, parsed, one member added, written again",
    method: "POST",
    body: order,
    isRight: (body) => JSON.parse(body).items.length === 20 && JSON.parse(body).from.startsWith("tenant-"),
  },
  get("page", "an HTML page of 10 KB from a template of 64 products", (body) => body.split("</tr>").length === 65),
  {
    name: "body",
    what: "a body of 64 KB in the request, the same in the response",
    method: "POST",
    body: upload,
    isRight: (body) => body === upload,
  },
  get("kv", "a value of 1 KB, read from KV", (body) => body === "v".repeat(1024)),
  get("cpu", "a recursive function, called 8,361 times", (body) => body === "2584\n"),
] as const satisfies readonly Handler[];

export type HandlerName = (typeof handlers)[number]["name"];

/** @throws Error that lists the handlers */
export function handlerOf(name: string): Handler {
  const handler = handlers.find((candidate) => candidate.name === name);
  if (handler !== undefined) return handler;
  throw new Error(`there is no handler ${name}; the handlers are ${handlers.map(({ name }) => name).join(", ")}`);
}
