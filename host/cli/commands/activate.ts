import { Command } from "commander";
import { parseVersion } from "../arguments.ts";
import { addClientOptions, clientFor, examples, outputFor, type Surroundings } from "../context.ts";

export function activateCommand(surroundings: Surroundings): Command {
  const command = new Command("activate")
    .description("send a tenant's requests to one of its versions")
    .argument("<name>", "the tenant")
    .argument("<version>", "the version's number", parseVersion)
    .addHelpText("after", examples("plinth activate shop 3"));
  return addClientOptions(command).action(async (name: string, version: number) => {
    const client = await clientFor(command, surroundings);
    const active = await client.activate(name, version);
    const output = outputFor(command, surroundings);
    output.result(active, () => `${active.tenant}: version ${active.id} is active`);
  });
}
