/** node:http with an isolate of isolated-vm for each tenant: /N/HANDLER is for the tenant N, /HANDLER for the first. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";

/** The part of isolated-vm's interface that is used here. */
interface Vm {
  Isolate: new (options: {
    memoryLimit: number;
  }) => {
    createContextSync(): { evalSync(source: string, options?: { reference: true }): Handle };
  };
}
interface Handle {
  apply(receiver: undefined, parameters: string[], options: object): Promise<string>;
}

const vm = createRequire(join(process.env.VM_FOLDER ?? "", "package.json"))("isolated-vm") as Vm;
const source = readFileSync(new URL("../../programs/js/routes.js", import.meta.url), "utf8").replaceAll("export ", "");
const program = `${source}
  const handlers = { hello, echo, page, cpu, body: (text) => text };
  (name, body) => handlers[name] === undefined ? "" : handlers[name](body)`;

const tenants = Array.from({ length: Number(process.env.TENANTS) }, () =>
  new vm.Isolate({ memoryLimit: 64 }).createContextSync().evalSync(program, { reference: true }),
);

const server = createServer(async (request, response) => {
  const [, first = "", second] = (request.url ?? "").split("/");
  const handle = tenants[second === undefined ? 0 : Number(first)];
  const body = Buffer.concat(await request.toArray()).toString();
  response.end(await handle?.apply(undefined, [second ?? first, body], { timeout: 1_000 }));
});
server.listen(Number(process.env.PORT), "127.0.0.1");
await once(server, "listening");
