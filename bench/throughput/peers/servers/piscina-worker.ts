/** A worker of piscina-child.ts. */
import { cpu, echo, hello, page } from "../../programs/js/routes.js";
import { openKv } from "./sqlite-kv.ts";

const read = openKv();

export default function handle({ name, body }: { name: string; body: Uint8Array }): Uint8Array | string {
  switch (name) {
    case "hello":
      return hello();
    case "echo":
      return echo(new TextDecoder().decode(body));
    case "page":
      return page();
    case "body":
      return body;
    case "kv":
      return read("page");
    default:
      return cpu();
  }
}
