import { Command } from "commander";
import type { Check } from "../../../runtimes/check.ts";
import { plinthError } from "../../errors.ts";
import { addJsonOption, examples, outputFor, type Surroundings } from "../context.ts";
import type { Output } from "../output.ts";

export function doctorCommand(surroundings: Surroundings): Command {
  const command = new Command("doctor")
    .description("say which things work on this machine, which do not, and what to do about them")
    .option("--data <dir>", "the data folder that a host would have", "plinth-data")
    .addHelpText("after", examples("plinth doctor", "plinth doctor --data /var/lib/plinth --json"));
  return addJsonOption(command).action(async ({ data }: { data: string }) => {
    const output = outputFor(command, surroundings);
    const checks = await allChecks(data, surroundings);
    const missing = checks.filter(({ status }) => status === "missing").map(({ name }) => name);
    output.result({ ok: missing.length === 0, checks }, () => describe(checks, output));
    if (missing.length > 0) throw plinthError("PLINTH_DOCTOR", [missing.join(", ")]);
  });
}

async function allChecks(dataDir: string, { env, languages }: Surroundings): Promise<readonly Check[]> {
  // The checks are loaded here, because most need parts of the host, and the other commands start without these.
  const [{ nodeChecks }, { memoryChecks }, { toolChecks }, { machineChecks }] = await Promise.all([
    import("../doctor/node.ts"),
    import("../doctor/memory.ts"),
    import("../doctor/tools.ts"),
    import("../doctor/machine.ts"),
  ]);
  return [
    ...(await nodeChecks()),
    ...memoryChecks(),
    ...(await toolChecks(languages, { ...env })),
    ...(await machineChecks(dataDir)),
  ];
}

const styles = { ok: "green", limited: "yellow", missing: "red" } as const;

function describe(checks: readonly Check[], output: Output): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .flatMap(({ name, status, found, remedy }) => [
      `${output.style(styles[status], status.padEnd(7))}  ${name.padEnd(width)}  ${found}`,
      ...(remedy === undefined ? [] : [`${" ".repeat(width + 11)}${output.style("dim", `to do: ${remedy}`)}`]),
    ])
    .join("\n");
}
