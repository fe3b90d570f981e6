import { relative } from "node:path";
import { Command, Option } from "commander";
import { addJsonOption, examples, outputFor, type Surroundings } from "../context.ts";
import { initProject, tenantNameOf } from "../init-project.ts";
import { shellPath } from "../shell-word.ts";

export function initCommand(surroundings: Surroundings): Command {
  const { templates } = surroundings.languages;
  const names = templates.map((template) => template.name);
  const command = new Command("init")
    .description("write the files of a new project; it changes no existing file")
    .argument("[dir]", "the project's folder, made unless it exists", ".")
    .addOption(new Option("--template <template>", "what to begin with").choices(names).default(names[0]))
    .option("--name <name>", "the tenant (default: by the folder's name)")
    .addHelpText(
      "after",
      examples(
        "plinth init shop",
        ...names
          .slice(-2)
          .reverse()
          .map((template) => `plinth init shop --template ${template}`),
      ),
    );
  return addJsonOption(command).action(async (dir: string, options: { template: string; name?: string }) => {
    const name = tenantNameOf(dir, options.name);
    const template = templates.find((candidate) => candidate.name === options.template)!;
    const { folder, files } = await initProject(dir, template, name);
    const steps = [
      ...(relative(".", folder) === "" ? [] : [`cd ${shellPath(relative(".", folder))}`]),
      ...(template.steps ?? []),
      "plinth dev",
    ];
    outputFor(command, surroundings).result({ folder, name, template: options.template, files, steps }, () =>
      [`wrote ${files.length} files; next:`, ...steps.map((step) => `  ${step}`)].join("\n"),
    );
  });
}
