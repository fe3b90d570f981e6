import { stat } from "node:fs/promises";
import { Command } from "commander";
import { KvApi, type KvPair } from "../api-kv.ts";
import { addClientOptions, callFor, examples, type Surroundings } from "../context.ts";
import { batches, keysFromFile, pairsFromFile, pairsFromFolder } from "../kv-files.ts";
import { count } from "../table.ts";

export function kvBulkCommand(surroundings: Surroundings): Command {
  return new Command("bulk")
    .description("many keys of a KV namespace at once")
    .addHelpText(
      "after",
      examples("plinth kv bulk put shop PAGES ./pages", "plinth kv bulk delete shop PAGES old.json"),
    )
    .addCommand(putCommand(surroundings))
    .addCommand(deleteCommand(surroundings));
}

function bulkCommand(verb: string): Command {
  return new Command(verb)
    .argument("<name>", "the tenant that owns the namespace")
    .argument("<namespace>", "the namespace");
}

function putCommand(surroundings: Surroundings): Command {
  const command = bulkCommand("put")
    .description("write many keys: from JSON, or the files of a folder")
    .argument(
      "<path>",
      'a JSON file of [{"key", "value", "base64"?, "expiration"?, "expirationTtl"?, "metadata"?}], or a folder: ' +
        "each file in it is a value, and its path is the key",
    )
    .addHelpText(
      "after",
      examples("plinth kv bulk put shop PAGES pages.json", "plinth kv bulk put shop PAGES ./pages"),
    );
  return addClientOptions(command).action(async (name: string, namespace: string, path: string) => {
    const { client, output } = await callFor(command, surroundings);
    const isFolder = (await stat(path)).isDirectory();
    const pairs = isFolder ? await pairsFromFolder(path) : await pairsFromFile(path);
    const kv = new KvApi(client.api, name, namespace);
    await output.busy("writing", async (update) => {
      let written = 0;
      for (const batch of batches(pairs)) {
        await putBatch(kv, batch);
        written += batch.length;
        update(`writing: ${count(written)} of ${count(pairs.length)} keys`);
      }
    });
    output.result({ written: pairs.length }, () => `${count(pairs.length)} keys are written`);
  });
}

/** Writes a batch. A single value goes alone, because it may be larger than a bulk request. */
async function putBatch(kv: KvApi, batch: readonly KvPair[]): Promise<void> {
  const [first, ...others] = batch;
  if (first === undefined || others.length > 0) return kv.putAll(batch);
  const { key, value, base64, ...options } = first;
  await kv.put(key, Buffer.from(value, base64 ? "base64" : "utf8"), options);
}

function deleteCommand(surroundings: Surroundings): Command {
  const command = bulkCommand("delete")
    .description("delete many keys; keys without a value are passed over")
    .argument("<file>", 'a JSON file of keys: ["a", "b"], or objects with a "key"')
    .addHelpText("after", examples("plinth kv bulk delete shop PAGES old.json"));
  return addClientOptions(command).action(async (name: string, namespace: string, file: string) => {
    const { client, output } = await callFor(command, surroundings);
    const keys = await keysFromFile(file);
    const kv = new KvApi(client.api, name, namespace);
    for (const batch of batches(keys)) await kv.removeAll(batch);
    output.result({ deleted: keys.length }, () => `${count(keys.length)} keys are deleted`);
  });
}
