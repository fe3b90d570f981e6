import { plinthError } from "../errors.ts";

/** PLINTH_LISTEN for Node's error if an address is taken or not this machine's; undefined for other errors. */
export function listenError(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  const { syscall, code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (syscall !== "listen" && syscall !== "getaddrinfo") return undefined;
  const place = [address, port].filter((part) => part !== undefined).join(":") || "the address";
  return plinthError("PLINTH_LISTEN", [place, code ?? error.message], { cause: error });
}
