import { Command, Option } from "commander";
import { tenantLimitDefaults } from "../../config/limits.ts";
import type { TenantView } from "../api-client.ts";
import { collect, parseLimit } from "../arguments.ts";
import { confirm } from "../confirm.ts";
import { addClientOptions, callFor, examples, type Surroundings } from "../context.ts";
import { count, fields, table } from "../table.ts";

export function tenantCommand(surroundings: Surroundings): Command {
  return new Command("tenant")
    .description("the tenants of a host")
    .addHelpText("after", examples("plinth tenant list", "plinth tenant create shop", "plinth tenant show shop"))
    .addCommand(listCommand(surroundings))
    .addCommand(createCommand(surroundings))
    .addCommand(showCommand(surroundings))
    .addCommand(setCommand(surroundings))
    .addCommand(unparkCommand(surroundings))
    .addCommand(deleteCommand(surroundings));
}

function listCommand(surroundings: Surroundings): Command {
  const command = new Command("list")
    .description("list the tenants by name")
    .addHelpText("after", examples("plinth tenant list", "plinth tenant list --json"));
  return addClientOptions(command).action(async () => {
    const { client, output } = await callFor(command, surroundings);
    const tenants = await client.tenants();
    output.result({ tenants }, () =>
      table(tenants, [
        { title: "name", value: (tenant) => tenant.name },
        { title: "version", value: (tenant) => tenant.activeVersion?.toString() ?? "none" },
        { title: "created", value: (tenant) => tenant.createdAt },
        { title: "hostnames", value: (tenant) => tenant.hostnames.join(" ") },
      ]),
    );
  });
}

function createCommand(surroundings: Surroundings): Command {
  const command = new Command("create")
    .description("make a tenant; plinth deploy does that by itself")
    .argument("<name>", "1 to 63 of a-z, 0-9 and the hyphen")
    .option("--hostname <hostname>", "a custom hostname; repeat it for more", collect)
    .addHelpText("after", examples("plinth tenant create shop --hostname shop.example.com"));
  return addClientOptions(command).action(async (name: string, options: { hostname?: readonly string[] }) => {
    const { client, output } = await callFor(command, surroundings);
    const tenant = await client.createTenant(name, options.hostname ?? []);
    output.result(tenant, () => `${name} is there; plinth deploy DIR --name ${name} gives it a program`);
  });
}

function showCommand(surroundings: Surroundings): Command {
  const command = new Command("show")
    .description("show a tenant: its active version, hostnames, limits")
    .argument("<name>", "the tenant")
    .addHelpText("after", examples("plinth tenant show shop"));
  return addClientOptions(command).action(async (name: string) => {
    const { client, output } = await callFor(command, surroundings);
    const tenant = await client.tenant(name);
    output.result(tenant, () => describeTenant(tenant));
  });
}

interface SetOptions {
  readonly limit?: readonly (readonly [name: string, value: number | undefined])[];
  readonly isolation?: TenantView["isolation"];
  readonly group?: string;
}

function setCommand(surroundings: Surroundings): Command {
  const names = Object.keys(tenantLimitDefaults).join(", ");
  const command = new Command("set")
    .description("change a tenant's limits, isolation or group; other settings stay as they are")
    .argument("<name>", "the tenant")
    .option(
      "--limit <name=value>",
      `a limit, or with nothing after = the host's again; repeat it: ${names}`,
      parseLimit,
    )
    .addOption(
      new Option(
        "--isolation <mode>",
        "request: each one starts from the image; reuse: state stays while the tenant is in its slot",
      ).choices(["request", "reuse"]),
    )
    .option("--group <label>", "the label of the group that runs the tenant, where the host has groups; empty for none")
    .addHelpText(
      "after",
      examples("plinth tenant set shop --limit cpuMs=1000 --limit wallMs=", "plinth tenant set shop --isolation reuse"),
    );
  return addClientOptions(command).action(async (name: string, options: SetOptions) => {
    const { client, output } = await callFor(command, surroundings);
    const settings: { isolation?: TenantView["isolation"]; group?: string | null; limits?: Record<string, unknown> } =
      {};
    if (options.group !== undefined) settings.group = options.group === "" ? null : options.group;
    if (options.isolation !== undefined) settings.isolation = options.isolation;
    if (options.limit !== undefined) {
      // The API replaces all limits. JSON leaves out limits that have become undefined.
      settings.limits = { ...(await client.tenant(name)).limits, ...Object.fromEntries(options.limit) };
    }
    const tenant = await client.setSettings(name, settings);
    output.result(tenant, () => describeTenant(tenant));
  });
}

function unparkCommand(surroundings: Surroundings): Command {
  const command = new Command("unpark")
    .description("serve a tenant again that the host has parked")
    .argument("<name>", "the tenant")
    .addHelpText("after", examples("plinth tenant unpark shop"));
  return addClientOptions(command).action(async (name: string) => {
    const { client, output } = await callFor(command, surroundings);
    await client.unparkTenant(name);
    output.result({ unparked: name }, () => `${name} is served again`);
  });
}

function deleteCommand(surroundings: Surroundings): Command {
  const command = new Command("delete")
    .description("delete a tenant with all its versions and data; it asks for the name first")
    .argument("<name>", "the tenant")
    .option("--yes", "do not ask; needed where standard input is no terminal")
    .addHelpText("after", examples("plinth tenant delete shop", "plinth tenant delete shop --yes"));
  return addClientOptions(command).action(async (name: string, { yes }: { yes?: boolean }) => {
    const { client, output } = await callFor(command, surroundings);
    if (!yes) await confirm(`the tenant ${name} with all its versions and data`, name);
    await client.deleteTenant(name);
    output.result({ deleted: name }, () => `${name} is deleted`);
  });
}

function describeTenant(tenant: TenantView): string {
  const limits = Object.entries(tenant.limits).map(([name, value]) => `${name} ${count(Number(value))}`);
  return fields({
    name: tenant.name,
    version: tenant.activeVersion?.toString() ?? "none",
    created: tenant.createdAt,
    hostnames: tenant.hostnames.join(" ") || "none of its own",
    isolation: tenant.isolation,
    ...(tenant.group !== null && { group: tenant.group }),
    limits: limits.join(", ") || "the host's",
    ...(tenant.parked !== null && { parked: `until ${tenant.parked.until}: ${tenant.parked.reason}` }),
  });
}
