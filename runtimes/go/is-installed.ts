/** Tells tests whether Go is installed. */
import { execFileSync } from "node:child_process";

/** Whether a command succeeds. */
export function succeeds(command: string, args: readonly string[], folder = import.meta.dirname): boolean {
  try {
    execFileSync(command, args, { cwd: folder, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

export const goIsInstalled = succeeds("go", ["version"]);
