import type { TestHost } from "./host.ts";

/** Reads a tenant's log as text. Each line has a level and a message, such as "error: no luck". */
export async function logOf(host: TestHost, name: string): Promise<string> {
  const { lines } = (await (await host.admin(`/v1/tenants/${name}/logs`)).json()) as {
    lines: { level: string; message: string }[];
  };
  return lines.map(({ level, message }) => `${level}: ${message}`).join("\n");
}
