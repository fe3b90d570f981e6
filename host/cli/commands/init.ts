import { relative } from "node:path";
import { Command, Option } from "commander";
import { addJsonOption, examples, outputFor, type Surroundings } from "../context.ts";
import { initFromWrangler, initProject, tenantNameOf } from "../init-project.ts";
import type { Output } from "../output.ts";
import { shellPath } from "../shell-word.ts";

interface InitOptions {
  readonly template: string;
  readonly name?: string;
  readonly fromWrangler?: boolean;
}

export function initCommand(surroundings: Surroundings): Command {
  const { templates } = surroundings.languages;
  const names = templates.map((template) => template.name);
  const command = new Command("init")
    .description("write the files of a new project; it changes no existing file")
    .argument("[dir]", "the project's folder, made unless it exists", ".")
    .addOption(new Option("--template <template>", "what to begin with").choices(names).default(names[0]))
    .option("--name <name>", "the tenant (default: by the folder's name)")
    .addOption(
      new Option(
        "--from-wrangler",
        "write a manifest from the wrangler.toml, .json or .jsonc that the folder has, and no other file",
      ).conflicts(["template", "name"]),
    )
    .addHelpText(
      "after",
      examples(
        "plinth init shop",
        ...names
          .slice(-2)
          .reverse()
          .map((template) => `plinth init shop --template ${template}`),
        "plinth init --from-wrangler",
      ),
    );
  return addJsonOption(command).action(async (dir: string, options: InitOptions) => {
    const output = outputFor(command, surroundings);
    if (options.fromWrangler) await fromWrangler(dir, surroundings, output);
    else await fromTemplate(dir, options, surroundings, output);
  });
}

async function fromTemplate(
  dir: string,
  options: InitOptions,
  { languages }: Surroundings,
  output: Output,
): Promise<void> {
  const name = tenantNameOf(dir, options.name);
  const template = languages.templates.find((candidate) => candidate.name === options.template)!;
  const { folder, files } = await initProject(dir, template, name);
  const steps = [...stepInto(folder), ...(template.steps ?? []), "plinth dev"];
  output.result({ folder, name, template: options.template, files, steps }, () => whatNext(files, steps));
}

async function fromWrangler(dir: string, { languages, bindingModules }: Surroundings, output: Output): Promise<void> {
  const { folder, name, files, warnings } = await initFromWrangler(dir, languages.names, bindingModules);
  for (const warning of warnings) output.warn(warning);
  const steps = [...stepInto(folder), "plinth dev"];
  output.result({ folder, name, files, warnings, steps }, () => whatNext(files, steps));
}

function stepInto(folder: string): string[] {
  return relative("", folder) === "" ? [] : [`cd ${shellPath(relative("", folder))}`];
}

function whatNext(files: readonly string[], steps: readonly string[]): string {
  return [`wrote ${files.length} files; next:`, ...steps.map((step) => `  ${step}`)].join("\n");
}
