import { resolve } from "node:path";
import { Command } from "commander";
import manifest from "../../../package.json" with { type: "json" };
import { addJsonOption, examples, outputFor, type Surroundings } from "../context.ts";
import { count } from "../table.ts";

interface BackupCommandOptions {
  readonly data?: string;
  readonly config?: string;
  readonly logs?: boolean;
}

const DATA = "the data folder (default: PLINTH_DATA_DIR, or ./plinth-data)";

export function backupCommand(surroundings: Surroundings): Command {
  const command = new Command("backup")
    .description("copy a host's data folder, also while the host serves")
    .argument("<folder>", "a new folder, or one with an earlier backup, which is brought up to date")
    .option("--data <folder>", DATA)
    .option("--config <file>", "a JSON file of settings")
    .option("--logs", "with the tenants' logs")
    .addHelpText("after", examples("plinth backup /backups/today --data /var/lib/plinth"));
  return addJsonOption(command).action(async (folder: string, { data, config: file, logs }: BackupCommandOptions) => {
    const output = outputFor(command, surroundings);
    const [{ loadConfig }, { makeBackup }] = await Promise.all([
      import("../../config/config.ts"),
      import("../../backup/make-backup.ts"),
    ]);
    const config = await loadConfig({ flags: { dataDir: data }, file, environment: surroundings.env });
    const made = await makeBackup({
      from: config.dataDir,
      to: resolve(folder),
      logs: logs === true,
      plinth: manifest.version,
      onProgress: (line) => output.progress(line),
    });
    if (config.secretKeyFile !== "secret-key")
      output.warn(`the key of the secrets is not in the backup: ${config.secretKeyFile} (setting secretKeyFile)`);
    output.result(
      { folder: resolve(folder), ...made },
      () => `${folder} has the backup, with ${count(made.blobs)} blobs`,
    );
  });
}

export function restoreCommand(surroundings: Surroundings): Command {
  const command = new Command("restore")
    .description("make a data folder of a backup, for a host to start with")
    .argument("<backup>", "the backup's folder")
    .option("--data <folder>", DATA)
    .addHelpText("after", examples("plinth restore /backups/today --data /var/lib/plinth"));
  return addJsonOption(command).action(async (backup: string, { data }: { data?: string }) => {
    const [{ loadConfig }, { restoreBackup }] = await Promise.all([
      import("../../config/config.ts"),
      import("../../backup/restore-backup.ts"),
    ]);
    const { dataDir } = await loadConfig({ flags: { dataDir: data }, environment: surroundings.env });
    const restored = await restoreBackup(resolve(backup), dataDir);
    outputFor(command, surroundings).result(
      { data: dataDir, ...restored },
      () => `${dataDir} is as it was at ${restored.createdAt}; plinth serve starts with it`,
    );
  });
}
