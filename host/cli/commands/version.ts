import { Command } from "commander";
import { parseVersion } from "../arguments.ts";
import { addClientOptions, callFor, examples, type Surroundings } from "../context.ts";
import { table } from "../table.ts";

export function versionCommand(surroundings: Surroundings): Command {
  return new Command("version")
    .description("the versions of a tenant, and which one answers")
    .addHelpText(
      "after",
      examples("plinth version list shop", "plinth version activate shop 3", "plinth version rollback shop"),
    )
    .addCommand(listCommand(surroundings))
    .addCommand(activateCommand(surroundings))
    .addCommand(rollbackCommand(surroundings))
    .addCommand(deleteCommand(surroundings));
}

function listCommand(surroundings: Surroundings): Command {
  const command = new Command("list")
    .description("list a tenant's versions, newest first")
    .argument("<name>", "the tenant")
    .addHelpText("after", examples("plinth version list shop"));
  return addClientOptions(command).action(async (tenant: string) => {
    const { client, output } = await callFor(command, surroundings);
    const versions = await client.versions(tenant);
    output.result({ versions }, () =>
      table(versions, [
        { title: "version", value: (version) => version.id },
        { title: "active", value: (version) => (version.active ? "yes" : "") },
        { title: "runtime", value: (version) => version.runtime ?? version.kind },
        { title: "bytes", value: (version) => version.uploadBytes },
        { title: "created", value: (version) => version.createdAt },
      ]),
    );
  });
}

function activateCommand(surroundings: Surroundings): Command {
  const command = new Command("activate")
    .description("send a tenant's requests to one of its versions")
    .argument("<name>", "the tenant")
    .argument("<version>", "the version's number", parseVersion)
    .addHelpText("after", examples("plinth version activate shop 3"));
  return addClientOptions(command).action(async (name: string, version: number) => {
    const { client, output } = await callFor(command, surroundings);
    const active = await client.activate(name, version);
    output.result(active, () => `${active.tenant}: version ${active.id} is active`);
  });
}

function rollbackCommand(surroundings: Surroundings): Command {
  const command = new Command("rollback")
    .description("make the version active that was active before the present one")
    .argument("<name>", "the tenant")
    .addHelpText("after", examples("plinth version rollback shop"));
  return addClientOptions(command).action(async (name: string) => {
    const { client, output } = await callFor(command, surroundings);
    const active = await client.rollback(name);
    output.result(active, () => `${active.tenant}: version ${active.id} is active again`);
  });
}

function deleteCommand(surroundings: Surroundings): Command {
  const command = new Command("delete")
    .description("delete a version that is not active")
    .argument("<name>", "the tenant")
    .argument("<version>", "the version's number", parseVersion)
    .addHelpText("after", examples("plinth version delete shop 2"));
  return addClientOptions(command).action(async (name: string, version: number) => {
    const { client, output } = await callFor(command, surroundings);
    await client.deleteVersion(name, version);
    output.result({ tenant: name, deleted: version }, () => `${name}: version ${version} is deleted`);
  });
}
