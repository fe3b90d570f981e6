import { Command } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { activateCommand } from "./commands/activate.ts";
import { buildCommand } from "./commands/build.ts";
import { deployCommand } from "./commands/deploy.ts";
import { logsCommand } from "./commands/logs.ts";
import { rollbackCommand } from "./commands/rollback.ts";
import { runtimeCommand } from "./commands/runtime.ts";
import { runtimesCommand } from "./commands/runtimes.ts";
import { serveCommand } from "./commands/serve.ts";
import { tenantsCommand } from "./commands/tenants.ts";
import { versionsCommand } from "./commands/versions.ts";
import { examples, type Surroundings } from "./context.ts";

/** The whole command line; parsing it runs the command. Errors are thrown, to be printed by the caller. */
export function createProgram(surroundings: Surroundings): Command {
  const program = new Command("plinth")
    .description("A multi-tenant WebAssembly host: runtimes are loaded once, slim tenants are linked to them.")
    .version(manifest.version)
    // So that an option after a subcommand's name is the subcommand's, whatever its parent calls its own.
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .addHelpText(
      "after",
      examples(
        "plinth serve --data ./plinth-data",
        "plinth build ./hello",
        "plinth deploy ./hello --name hello --token-file ./plinth-data/admin-token",
      ),
    );
  const commands = [
    serveCommand,
    buildCommand,
    deployCommand,
    tenantsCommand,
    versionsCommand,
    activateCommand,
    rollbackCommand,
    logsCommand,
    runtimesCommand,
    runtimeCommand,
  ];
  for (const create of commands) program.addCommand(create(surroundings));
  for (const command of withSubcommands(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => surroundings.stdout.write(text),
      writeErr: (text) => surroundings.stderr.write(text),
      // Commander prints an error and throws it; it is printed once, by the caller, in the form that was asked for.
      outputError: () => {},
      getOutHasColors: () => false,
    });
  }
  return program;
}

export function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
