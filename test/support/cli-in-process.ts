/** Runs commands in the test's own process, which is many times quicker than a process for each command. */
import { main } from "../../host/cli/main.ts";

export interface CliRun {
  readonly code: number;
  /** Standard output, unchanged. */
  readonly bytes: Buffer;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param env all the variables that the command sees */
export async function runCommand(args: readonly string[], env: Readonly<Record<string, string>>): Promise<CliRun> {
  const chunks: Buffer[] = [];
  const errors: string[] = [];
  const stdout = { write: (text: string | Uint8Array) => chunks.push(Buffer.from(text as string)) };
  const stderr = { write: (text: string | Uint8Array) => errors.push(String(text)) };
  const code = await main(args, { stdout, stderr, env });
  const bytes = Buffer.concat(chunks);
  return { code, bytes, stdout: bytes.toString(), stderr: errors.join("") };
}
