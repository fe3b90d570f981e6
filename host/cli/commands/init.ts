import { relative } from "node:path";
import { Command, Option } from "commander";
import { addJsonOption, examples, outputFor, type Surroundings } from "../context.ts";
import { initProject, type Template, templates, tenantNameOf } from "../init-project.ts";

export function initCommand(surroundings: Surroundings): Command {
  const command = new Command("init")
    .description("write the files of a new project; it changes no existing file")
    .argument("[dir]", "the project's folder, made unless it exists", ".")
    .addOption(new Option("--template <template>", "what to begin with").choices(templates).default("ts"))
    .option("--name <name>", "the tenant (default: by the folder's name)")
    .addHelpText(
      "after",
      examples("plinth init shop", "plinth init shop --template go", "plinth init --template kv-site"),
    );
  return addJsonOption(command).action(async (dir: string, options: { template: Template; name?: string }) => {
    const name = tenantNameOf(dir, options.name);
    const { folder, files } = await initProject(dir, options.template, name);
    const steps = [
      ...(relative(".", folder) === "" ? [] : [`cd ${relative(".", folder)}`]),
      ...(options.template === "hono" ? ["npm install"] : []),
      "plinth dev",
    ];
    outputFor(command, surroundings).result({ folder, name, template: options.template, files, steps }, () =>
      [`wrote ${files.length} files; next:`, ...steps.map((step) => `  ${step}`)].join("\n"),
    );
  });
}
