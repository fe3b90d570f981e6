/** What the test gives the programs: "http://127.0.0.1:PORT", where its server stands in for those on the internet. */
export interface Env {
  readonly ORIGIN: string;
}
