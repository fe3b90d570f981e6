import { Command } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { auditCommand } from "./commands/audit.ts";
import { backupCommand, restoreCommand } from "./commands/backup.ts";
import { benchCommand } from "./commands/bench.ts";
import { buildCommand } from "./commands/build.ts";
import { completionCommand } from "./commands/completion.ts";
import { cronCommand } from "./commands/cron.ts";
import { deployCommand } from "./commands/deploy.ts";
import { devCommand } from "./commands/dev.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { initCommand } from "./commands/init.ts";
import { kvCommand } from "./commands/kv.ts";
import { logsCommand, tailCommand } from "./commands/logs.ts";
import { planCommand } from "./commands/plan.ts";
import { rolloutCommand } from "./commands/rollout.ts";
import { routeCommand } from "./commands/route.ts";
import { runtimeCommand } from "./commands/runtime.ts";
import { secretCommand } from "./commands/secret.ts";
import { serveCommand } from "./commands/serve.ts";
import { tenantCommand } from "./commands/tenant.ts";
import { tokenCommand } from "./commands/token.ts";
import { versionCommand } from "./commands/version.ts";
import { whoamiCommand } from "./commands/whoami.ts";
import { examples, type Surroundings } from "./context.ts";

/** The groups of commands, as the help shows them. */
const groups = {
  "Projects:": [initCommand, devCommand, buildCommand, deployCommand],
  "Tenants:": [
    tenantCommand,
    versionCommand,
    rolloutCommand,
    routeCommand,
    secretCommand,
    kvCommand,
    cronCommand,
    tailCommand,
    logsCommand,
  ],
  "Hosts:": [
    serveCommand,
    backupCommand,
    restoreCommand,
    runtimeCommand,
    tokenCommand,
    whoamiCommand,
    auditCommand,
    doctorCommand,
    benchCommand,
    planCommand,
  ],
  "Help:": [completionCommand],
};

/** The whole command line; parsing it runs the command. Errors are thrown, to be printed by the caller. */
export function createProgram(surroundings: Surroundings): Command {
  const program = new Command("plinth")
    .description("A multi-tenant WebAssembly host: runtimes are loaded once, slim tenants are linked to them.")
    .version(manifest.version)
    // With this, an option after a subcommand's name is the subcommand's, even if the parent has one of that name.
    .enablePositionalOptions()
    .showSuggestionAfterError()
    // This is the group of the command help, which commander adds by itself.
    .commandsGroup("Help:")
    .addHelpText(
      "after",
      examples(
        "plinth init hello",
        "plinth dev hello",
        "plinth serve --data ./plinth-data",
        "plinth deploy hello --token-file ./plinth-data/admin-token",
      ),
    );
  for (const [heading, commands] of Object.entries(groups)) {
    for (const create of commands) program.addCommand(create(surroundings).helpGroup(heading));
  }
  for (const command of withSubcommands(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => surroundings.stdout.write(text),
      writeErr: (text) => surroundings.stderr.write(text),
      // Commander prints an error and throws it. The caller prints it once, in the wanted form, so commander must not.
      outputError: () => {},
      getOutHasColors: () => false,
    });
  }
  return program;
}

/** The command and all commands below it. */
export function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
