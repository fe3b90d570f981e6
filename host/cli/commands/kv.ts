import { readFile, writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { Command } from "commander";
import { plinthError } from "../../errors.ts";
import { KvApi, type KvPutOptions } from "../api-kv.ts";
import { parseCount, parseJson, parseRevision } from "../arguments.ts";
import { addClientOptions, callFor, examples, type Surroundings } from "../context.ts";
import { count, table } from "../table.ts";
import { kvBulkCommand } from "./kv-bulk.ts";
import { kvNamespaceCommand } from "./kv-namespace.ts";

/** Keys of one page of the API. */
const PAGE = 1000;

export function kvCommand(surroundings: Surroundings): Command {
  return new Command("kv")
    .description("keys and values of a tenant's KV namespaces")
    .addHelpText(
      "after",
      examples(
        "plinth kv put shop PAGES about --file about.html",
        "plinth kv get shop PAGES about",
        "plinth kv list shop PAGES",
      ),
    )
    .addCommand(kvNamespaceCommand(surroundings))
    .addCommand(getCommand(surroundings))
    .addCommand(putCommand(surroundings))
    .addCommand(listCommand(surroundings))
    .addCommand(deleteCommand(surroundings))
    .addCommand(kvBulkCommand(surroundings));
}

function keyCommand(verb: string): Command {
  return new Command(verb)
    .argument("<name>", "the tenant that owns the namespace")
    .argument("<namespace>", "the namespace")
    .argument("<key>", "the key");
}

function getCommand(surroundings: Surroundings): Command {
  const command = keyCommand("get")
    .description("print a value as it is, without a line end of its own")
    .option("-o, --output <file>", "write it to a file instead")
    .addHelpText("after", examples("plinth kv get shop PAGES about", "plinth kv get shop IMAGES logo -o logo.png"));
  return addClientOptions(command).action(
    async (name: string, namespace: string, key: string, { output: file }: { output?: string }) => {
      const { client, output } = await callFor(command, surroundings);
      const { bytes, ...rest } = await new KvApi(client.api, name, namespace).get(key);
      if (file !== undefined) {
        await writeFile(file, bytes);
        output.result({ key, ...rest, output: file }, () => `${file}  ${count(bytes.length)} bytes`);
      } else if (output.json) {
        output.result({ key, ...rest, ...asText(bytes) }, () => "");
      } else {
        surroundings.stdout.write(bytes);
      }
    },
  );
}

/** A value as text if it is UTF-8, otherwise in base64. */
function asText(bytes: Uint8Array): { value: string; base64?: true } {
  try {
    return { value: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { value: bytes.toBase64(), base64: true };
  }
}

function putCommand(surroundings: Surroundings): Command {
  const command = keyCommand("put")
    .description("write a value, which is on the disk when the command ends")
    .argument("[value]", "the value as text; without it and --file it is read from standard input")
    .option("--file <file>", "the file whose bytes are the value")
    .option("--expiration-ttl <seconds>", "let it expire this long from now; at least 60", parseCount)
    .option("--expiration <seconds>", "let it expire at this time, in seconds since 1970", parseCount)
    .option("--metadata <json>", "any JSON of at most 1,024 bytes", parseJson)
    .option("--if-revision <revision>", "only if the key is at this revision; 0: only if it is new", parseRevision)
    .addHelpText(
      "after",
      examples(
        "plinth kv put shop PAGES about --file about.html",
        "echo 7 | plinth kv put shop COUNTS visits --if-revision 0",
      ),
    );
  return addClientOptions(command).action(
    async (name: string, namespace: string, key: string, value: string | undefined, options: PutOptions) => {
      const { client, output } = await callFor(command, surroundings);
      const bytes = await valueBytes(value, options.file);
      const revision = await new KvApi(client.api, name, namespace).put(key, bytes, options);
      output.result({ key, revision }, () => `${key}: ${count(bytes.length)} bytes, revision ${revision}`);
    },
  );
}

interface PutOptions extends KvPutOptions {
  readonly file?: string;
}

/** @throws PLINTH_USAGE */
async function valueBytes(value: string | undefined, file: string | undefined): Promise<Uint8Array> {
  if (value !== undefined && file !== undefined)
    throw plinthError("PLINTH_USAGE", ["there are both a value and --file, and only one of them can be written"]);
  if (value !== undefined) return new TextEncoder().encode(value);
  return file === undefined ? buffer(process.stdin) : readFile(file);
}

interface ListOptions {
  readonly prefix?: string;
  readonly cursor?: string;
  readonly limit: number;
}

function listCommand(surroundings: Surroundings): Command {
  const command = new Command("list")
    .description("list keys in the order of their bytes")
    .argument("<name>", "the tenant that owns the namespace")
    .argument("<namespace>", "the namespace")
    .option("--prefix <text>", "keys that begin with it")
    .option("--limit <keys>", "how many at most", parseCount, PAGE)
    .option("--cursor <cursor>", "go on where an earlier list ended")
    .addHelpText("after", examples("plinth kv list shop PAGES", "plinth kv list shop PAGES --prefix blog/ --json"));
  return addClientOptions(command).action(async (name: string, namespace: string, options: ListOptions) => {
    const { client, output } = await callFor(command, surroundings);
    const found = await keysOf(new KvApi(client.api, name, namespace), options);
    output.result(found, () =>
      table(found.keys, [
        { title: "key", value: ({ key }) => key },
        { title: "bytes", value: ({ size }) => size },
        { title: "revision", value: ({ revision }) => revision.toString() },
        { title: "expires", value: ({ expiration }) => (expiration ? new Date(expiration * 1000).toISOString() : "") },
        { title: "metadata", value: ({ metadata }) => (metadata === null ? "" : JSON.stringify(metadata)) },
      ]),
    );
    if (found.cursor !== null) output.progress(`there are more: --cursor ${found.cursor}`);
  });
}

/** Reads keys, page after page. */
async function keysOf(kv: KvApi, { prefix, limit, cursor }: ListOptions) {
  let page = await kv.keys({ prefix, cursor, limit: Math.min(limit, PAGE) });
  const keys = [...page.keys];
  while (page.cursor !== null && keys.length < limit) {
    page = await kv.keys({ prefix, cursor: page.cursor, limit: Math.min(limit - keys.length, PAGE) });
    keys.push(...page.keys);
  }
  return { keys, cursor: page.cursor };
}

function deleteCommand(surroundings: Surroundings): Command {
  const command = keyCommand("delete")
    .description("delete a key; it need not have a value")
    .option("--if-revision <revision>", "only if the key is at this revision", parseRevision)
    .addHelpText("after", examples("plinth kv delete shop PAGES about"));
  return addClientOptions(command).action(
    async (name: string, namespace: string, key: string, options: { ifRevision?: number }) => {
      const { client, output } = await callFor(command, surroundings);
      await new KvApi(client.api, name, namespace).remove(key, options.ifRevision);
      output.result({ deleted: key }, () => `${key} is deleted`);
    },
  );
}
