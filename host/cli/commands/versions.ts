import { Command } from "commander";
import { addClientOptions, clientFor, examples, outputFor, type Surroundings } from "../context.ts";
import { table } from "../table.ts";

export function versionsCommand(surroundings: Surroundings): Command {
  const command = new Command("versions")
    .description("list a tenant's versions, newest first")
    .argument("<name>", "the tenant")
    .addHelpText("after", examples("plinth versions shop"));
  return addClientOptions(command).action(async (name: string) => {
    const client = await clientFor(command, surroundings);
    const versions = await client.versions(name);
    outputFor(command, surroundings).result({ versions }, () =>
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
