import { Command } from "commander";
import { KvApi, listNamespaces } from "../api-kv.ts";
import { addClientOptions, callFor, examples, type Surroundings } from "../context.ts";
import { table } from "../table.ts";

export function kvNamespaceCommand(surroundings: Surroundings): Command {
  return new Command("namespace")
    .description("the KV namespaces of a tenant; a deploy makes the ones that its manifest names")
    .addHelpText(
      "after",
      examples("plinth kv namespace list shop", "plinth kv namespace grant shop PAGES blog --write"),
    )
    .addCommand(listCommand(surroundings))
    .addCommand(createCommand(surroundings))
    .addCommand(deleteCommand(surroundings))
    .addCommand(grantCommand(surroundings))
    .addCommand(revokeCommand(surroundings));
}

function listCommand(surroundings: Surroundings): Command {
  const command = new Command("list")
    .description("list a tenant's namespaces, with what is in them and who may use them")
    .argument("<name>", "the tenant")
    .addHelpText("after", examples("plinth kv namespace list shop"));
  return addClientOptions(command).action(async (name: string) => {
    const { client, output } = await callFor(command, surroundings);
    const found = await listNamespaces(client.api, name);
    const rows = [
      ...found.namespaces.map(({ name, keys, bytes, grants }) => ({
        name,
        keys: keys.toString(),
        bytes: bytes.toString(),
        grants: grants.map(({ tenant, write }) => `${tenant} (${access(write)})`).join(", "),
      })),
      ...found.granted.map(({ namespace, write }) => ({
        name: namespace,
        keys: "",
        bytes: "",
        grants: `granted to ${name} (${access(write)})`,
      })),
    ];
    output.result(found, () =>
      table(rows, [
        { title: "namespace", value: (row) => row.name },
        { title: "keys", value: (row) => row.keys },
        { title: "bytes", value: (row) => row.bytes },
        { title: "grants", value: (row) => row.grants },
      ]),
    );
  });
}

function createCommand(surroundings: Surroundings): Command {
  const command = new Command("create")
    .description("make a namespace, unless it exists")
    .argument("<name>", "the tenant that owns it")
    .argument("<namespace>", "letters, digits, - and _")
    .addHelpText("after", examples("plinth kv namespace create shop PAGES"));
  return addClientOptions(command).action(async (name: string, namespace: string) => {
    const { client, output } = await callFor(command, surroundings);
    const created = await new KvApi(client.api, name, namespace).create();
    output.result(created, () => `${name}/${created.name} is there`);
  });
}

function deleteCommand(surroundings: Surroundings): Command {
  const command = new Command("delete")
    .description("delete a namespace with all its keys; it does not ask")
    .argument("<name>", "the tenant that owns it")
    .argument("<namespace>", "the namespace")
    .addHelpText("after", examples("plinth kv namespace delete shop PAGES"));
  return addClientOptions(command).action(async (name: string, namespace: string) => {
    const { client, output } = await callFor(command, surroundings);
    await new KvApi(client.api, name, namespace).delete();
    output.result({ tenant: name, deleted: namespace }, () => `${name}/${namespace} is deleted`);
  });
}

function grantCommand(surroundings: Surroundings): Command {
  const command = new Command("grant")
    .description("let another tenant read a namespace; its manifest then names it OWNER/NAME")
    .argument("<name>", "the tenant that owns it")
    .argument("<namespace>", "the namespace")
    .argument("<tenant>", "the tenant that gets it")
    .option("--write", "let it write, too")
    .addHelpText("after", examples("plinth kv namespace grant shop PAGES blog --write"));
  return addClientOptions(command).action(
    async (name: string, namespace: string, tenant: string, { write = false }: { write?: boolean }) => {
      const { client, output } = await callFor(command, surroundings);
      const granted = await new KvApi(client.api, name, namespace).grant(tenant, write);
      output.result(granted, () => `${tenant} may ${access(write)} ${name}/${namespace}`);
    },
  );
}

function revokeCommand(surroundings: Surroundings): Command {
  const command = new Command("revoke")
    .description("take a grant back")
    .argument("<name>", "the tenant that owns it")
    .argument("<namespace>", "the namespace")
    .argument("<tenant>", "the tenant that loses it")
    .addHelpText("after", examples("plinth kv namespace revoke shop PAGES blog"));
  return addClientOptions(command).action(async (name: string, namespace: string, tenant: string) => {
    const { client, output } = await callFor(command, surroundings);
    await new KvApi(client.api, name, namespace).revoke(tenant);
    const result = { tenant: name, namespace, revoked: tenant };
    output.result(result, () => `${tenant} may not use ${name}/${namespace} any more`);
  });
}

function access(write: boolean): string {
  return write ? "read and write" : "read";
}
