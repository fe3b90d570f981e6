import type { TestHost } from "./host.ts";

/** A tenant's log, a line each: "error: what was said". */
export async function logOf(host: TestHost, name: string): Promise<string> {
  const { lines } = (await (await host.admin(`/v1/tenants/${name}/logs`)).json()) as {
    lines: { level: string; message: string }[];
  };
  return lines.map(({ level, message }) => `${level}: ${message}`).join("\n");
}
