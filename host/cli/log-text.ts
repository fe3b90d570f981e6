import type { TenantLogLine } from "./api-logs.ts";
import type { Output } from "./output.ts";

const styles = { error: "red", warn: "yellow", info: "dim", debug: "dim" } as const;

/** The text of a tenant's log line for people: time, level, message. */
export function logText({ time, level, message }: TenantLogLine, output: Output): string {
  return `${new Date(time).toISOString()} ${output.style(styles[level], level.padEnd(5))} ${message}`;
}
