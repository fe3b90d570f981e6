declare module "whatwg-url/lib/url-state-machine.js" {
  export interface UrlRecord {
    scheme: string;
    username: string;
    password: string;
    host: string | number | number[] | null;
    port: number | null;
    path: string | string[];
    query: string | null;
    fragment: string | null;
  }
  export function basicURLParse(
    input: string,
    options: { baseURL?: UrlRecord | null; url?: UrlRecord; stateOverride?: string },
  ): UrlRecord | null;
  export function serializeURL(url: UrlRecord): string;
  export function serializePath(url: UrlRecord): string;
  export function serializeHost(host: NonNullable<UrlRecord["host"]>): string;
  export function serializeURLOrigin(url: UrlRecord): string;
  export function setTheUsername(url: UrlRecord, value: string): void;
  export function setThePassword(url: UrlRecord, value: string): void;
  export function cannotHaveAUsernamePasswordPort(url: UrlRecord): boolean;
  export function hasAnOpaquePath(url: UrlRecord): boolean;
}
