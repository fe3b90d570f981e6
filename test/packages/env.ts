/** The variables of the programs: "http://127.0.0.1:PORT", whose server stands in for those on the internet. */
export interface Env {
  readonly ORIGIN: string;
}
