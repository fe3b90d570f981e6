/** One row of the error table. */
export interface ErrorEntry {
  /** Status of the HTTP answer (ingress or admin API) that carries the error; 500 for errors that only the CLI or the start-up can meet. */
  status: number;
  /** A sentence that says what is wrong and one that says what to do about it; `%s` stands for a value given to `plinthError`. */
  message: string;
}

export type ErrorTable = Record<string, ErrorEntry>;
