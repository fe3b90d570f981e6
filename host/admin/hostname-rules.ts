/** Says which hostnames a tenant may have. Some belong to the host itself, and the operator grants the others. */
import { hostname as machineName } from "node:os";
import { plinthError } from "../errors.ts";
import type { Tenant, Token } from "../store/store.ts";

export interface HostnameRules {
  /** The ingress's domain, where each name belongs to the tenant of that name, even if there is no such tenant yet. */
  readonly domain: string;
  /** Names that the host itself is called by. */
  readonly own: readonly string[];
  /** A tenant's token may take `TENANT.SUFFIX`, and the names below it, of each of these. */
  readonly tenantSuffixes: readonly string[];
}

/** @throws PLINTH_HOSTNAME_RESERVED for every caller: a tenant with a name of the host would answer in the host's place */
export function refuseReserved(hostnames: readonly string[], { domain, own }: HostnameRules): void {
  const machine = machineName().toLowerCase();
  const reserved = ["localhost", machine, machine.split(".")[0]!, ...own.map((name) => name.toLowerCase())];
  for (const hostname of hostnames) {
    const name = hostname.toLowerCase();
    if (isIn(name, domain)) throw refusal(hostname, `lies in the host's own domain ${domain}`);
    if (reserved.includes(name) || isIn(name, "localhost")) throw refusal(hostname, "is a name of the host itself");
  }
}

/**
 * A tenant's token may give names up, and take those below the suffixes that the operator has opened. Every other name is
 * the operator's to grant: the host cannot tell whose a name is, and a name that is free now may be another's tomorrow.
 *
 * @throws PLINTH_HOSTNAME_NOT_GRANTED
 */
export function refuseUngranted(
  hostnames: readonly string[],
  tenant: Tenant,
  token: Token,
  { tenantSuffixes }: HostnameRules,
): void {
  if (token.tenant === null) return;
  for (const hostname of hostnames) {
    const name = hostname.toLowerCase();
    if (tenant.hostnames.includes(name)) continue;
    if (tenantSuffixes.some((suffix) => isIn(name, `${tenant.name}.${suffix}`))) continue;
    throw plinthError("PLINTH_HOSTNAME_NOT_GRANTED", [JSON.stringify(hostname), tenant.name], {
      details: { hostname },
    });
  }
}

function isIn(name: string, domain: string): boolean {
  return `.${name}`.endsWith(`.${domain}`);
}

function refusal(hostname: string, why: string) {
  return plinthError("PLINTH_HOSTNAME_RESERVED", [JSON.stringify(hostname), why], { details: { hostname } });
}
