import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { type ApiClient, tenantPath } from "../api-client.ts";
import { deleteSecret, putSecret } from "../api-secrets.ts";
import type { Answer } from "../api-types.ts";
import { addClientOptions, callFor, examples, type Surroundings } from "../context.ts";
import { readSecret } from "../read-secret.ts";
import { table } from "../table.ts";

export function secretCommand(surroundings: Surroundings): Command {
  return new Command("secret")
    .description("the secrets of a tenant, which its program reads like vars and nobody else does")
    .addHelpText("after", examples("plinth secret put shop API_KEY < key.txt", "plinth secret list shop"))
    .addCommand(listCommand(surroundings))
    .addCommand(putCommand(surroundings))
    .addCommand(deleteCommand(surroundings))
    .addCommand(rotateCommand(surroundings));
}

function listCommand(surroundings: Surroundings): Command {
  const command = new Command("list")
    .description("list the names of a tenant's secrets, and when they were set")
    .argument("<name>", "the tenant")
    .addHelpText("after", examples("plinth secret list shop"));
  return addClientOptions(command).action(async (name: string) => {
    const { client, output } = await callFor(command, surroundings);
    const { secrets } = await client.api.call<Answer<"listSecrets">>(`${tenantPath(name)}/secrets`);
    output.result({ secrets }, () =>
      table(secrets, [
        { title: "secret", value: (secret) => secret.name },
        { title: "set", value: (secret) => secret.updatedAt },
      ]),
    );
  });
}

function putCommand(surroundings: Surroundings): Command {
  const command = new Command("put")
    .description("set a secret, for the tenant's next request; its value is read from standard input")
    .argument("<name>", "the tenant")
    .argument("<secret>", "the secret's name, such as API_KEY")
    .option("--value-file <file>", "read the value from a file instead")
    .addHelpText(
      "after",
      `${examples("plinth secret put shop API_KEY < key.txt", "plinth secret put shop API_KEY --value-file key.txt")}

A line end at the end of the value is left out. On a terminal it is asked for, and not shown.`,
    );
  return addClientOptions(command).action(
    async (name: string, secret: string, { valueFile }: { valueFile?: string }) => {
      const { client, output } = await callFor(command, surroundings);
      const text =
        valueFile === undefined ? await readSecret(`${name} ${secret}: `) : await readFile(valueFile, "utf8");
      const value = text.replace(/\r?\n$/, "");
      const set = await putSecret(client.api, name, secret, value);
      output.result(set, () => `${name}: ${secret} is set`);
    },
  );
}

function deleteCommand(surroundings: Surroundings): Command {
  const command = new Command("delete")
    .description("delete a secret")
    .argument("<name>", "the tenant")
    .argument("<secret>", "the secret's name")
    .addHelpText("after", examples("plinth secret delete shop API_KEY"));
  return addClientOptions(command).action(async (name: string, secret: string) => {
    const { client, output } = await callFor(command, surroundings);
    await deleteSecret(client.api, name, secret);
    output.result({ tenant: name, deleted: secret }, () => `${name}: ${secret} is deleted`);
  });
}

function rotateCommand(surroundings: Surroundings): Command {
  const command = new Command("rotate")
    .description("encrypt the secrets of all tenants with a new key, and remove the old one")
    .addHelpText("after", examples("plinth secret rotate"));
  return addClientOptions(command).action(async () => {
    const { client, output } = await callFor(command, surroundings);
    const rotation = await rotate(client);
    output.result(rotation, () => `${rotation.resealed} secrets are encrypted with the new key ${rotation.key}`);
    if (rotation.unreadable > 0)
      output.warn(`${rotation.unreadable} secrets are as they were: the host does not have their key`);
  });
}

function rotate(client: ApiClient): Promise<Answer<"rotateSecretKey">> {
  return client.api.call("/v1/secrets/rotate", { method: "POST" });
}
