/**
 * The tenants' own logs: what their code prints, and why their requests failed. The last lines of each tenant are kept in
 * memory for the admin API; all of them go to the host's pino log as well, where an operator can collect them.
 */
import type { Logger } from "pino";
import type { Sha256, TenantName } from "../store/names.ts";
import type { LogLine } from "../worker/protocol.ts";
import { mapStack } from "./source-map.ts";

/** Lines kept per tenant. */
const LINES_KEPT = 500;
/** Characters of text kept per tenant; a few long stacks must not cost what 500 of them would. */
const CHARACTERS_KEPT = 256 * 1024;

export interface TenantLogLine extends LogLine {
  version: number;
  request: string;
}

/** The part of the log that one request writes. */
export interface RequestLog {
  add(lines: readonly LogLine[], dropped: number): void;
  /** Why the request failed; the positions in the stack are mapped to the tenant's sources where there is a map. */
  failure(message: string, sourceMap: Sha256 | null): void;
}

interface Kept {
  lines: TenantLogLine[];
  characters: number;
}

export class TenantLogs {
  readonly #kept = new Map<string, Kept>();
  readonly #logger: Logger;
  readonly #getBlob: (hash: Sha256) => Promise<Uint8Array>;

  constructor(logger: Logger, getBlob: (hash: Sha256) => Promise<Uint8Array>) {
    this.#logger = logger;
    this.#getBlob = getBlob;
  }

  /** The tenant's last lines, oldest first. */
  read(tenant: TenantName, limit: number): TenantLogLine[] {
    return this.#kept.get(tenant)?.lines.slice(-limit) ?? [];
  }

  forget(tenant: TenantName): void {
    this.#kept.delete(tenant);
  }

  forRequest(tenant: TenantName, version: number, request: string): RequestLog {
    const write = (line: LogLine) => this.#write(tenant, { ...line, version, request });
    return {
      add(lines, dropped) {
        for (const line of lines) write(line);
        if (dropped > 0) {
          write({ time: Date.now(), level: "warn", message: `${dropped} log lines over the limit were dropped` });
        }
      },
      failure: (message, sourceMap) => {
        const line: LogLine = { time: Date.now(), level: "error", message };
        if (sourceMap === null) {
          write(line);
          return;
        }
        this.#getBlob(sourceMap)
          .then((map) => mapStack(message, map))
          // A damaged map costs the mapping, not the line.
          .catch(() => message)
          .then((mapped) => write({ ...line, message: mapped }));
      },
    };
  }

  #write(tenant: TenantName, line: TenantLogLine): void {
    const { message, level, time, ...ids } = line;
    this.#logger[level]({ tenant, ...ids, tenantTime: time }, message);
    let kept = this.#kept.get(tenant);
    if (kept === undefined) {
      kept = { lines: [], characters: 0 };
      this.#kept.set(tenant, kept);
    }
    kept.lines.push(line);
    kept.characters += message.length;
    while (kept.lines.length > LINES_KEPT || (kept.characters > CHARACTERS_KEPT && kept.lines.length > 1)) {
      kept.characters -= kept.lines.shift()!.message.length;
    }
  }
}
