/** `plinth:fetch/client` (wit/fetch.wit) over the main thread's side of the binding. */
import type { HeaderField } from "../../protocol/contract.ts";
import type { BindingReply } from "../message.ts";
import { callLater, type FrameCalls } from "../wit-calls.ts";

interface Request {
  method: string;
  url: string;
  headers: HeaderField[];
  body: Uint8Array;
  redirect: "follow" | "manual" | "error";
}

/** The value of a reply (docs/reference/fetch.md, "The wire format"). */
interface Head {
  status: number;
  statusText: string;
  headers: [name: string, latin1Value: string][];
  url: string;
  redirected: boolean;
}

export function fetchImports(calls: FrameCalls) {
  return {
    fetch: ({ method, url, headers, body, redirect }: Request) => {
      const fields = headers.map(([name, value]) => [name, Buffer.from(value).toString("latin1")]);
      const named = { method, url, headers: fields, redirect };
      return callLater(calls, { binding: "fetch", method: "fetch", arguments: named, body }, response);
    },
  };
}

function response({ value, body = new Uint8Array(0) }: BindingReply) {
  const { headers, ...head } = value as unknown as Head;
  const fields = headers.map(([name, text]): HeaderField => [name, Buffer.from(text, "latin1")]);
  return { ...head, headers: fields, body };
}
