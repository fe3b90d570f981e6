/** The address of a server. */
export interface Address {
  /** Name or IP address, without the brackets of an IPv6 address. */
  readonly host: string;
  /** 0 to 65535; 0 lets the system pick one. */
  readonly port: number;
}

/** The text is `HOST:PORT`, an IPv6 address in brackets: `127.0.0.1:8080`, `[::1]:8080`, `localhost:0`. */
export const addressPattern = "^(\\[[0-9A-Fa-f:.]+\\]|[^\\s:\\[\\]/]+):[0-9]{1,5}$";

/** @returns undefined if the text is no address */
export function parseAddress(text: string): Address | undefined {
  if (!new RegExp(addressPattern).test(text)) return undefined;
  const colon = text.lastIndexOf(":");
  const port = Number(text.slice(colon + 1));
  if (port > 65_535) return undefined;
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ""), port };
}

/** Writes the address as in a URL: an IPv6 address stands in brackets. */
export function formatAddress({ host, port }: Address): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
