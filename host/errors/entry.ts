/** One row of the error table. */
export interface ErrorEntry {
  /**
   * Status of the HTTP answer (ingress or admin API) that carries the error; 500 for errors that only the CLI or the
   * start-up can meet.
   */
  status: number;
  /**
   * A sentence that says what is wrong and one that says what to do about it; `%s` stands for a value given to
   * `plinthError`.
   */
  message: string;
}

export type ErrorTable = Record<string, ErrorEntry>;

type Joined<Parts extends readonly string[]> = Parts extends readonly [
  infer First extends string,
  ...infer Rest extends readonly string[],
]
  ? Rest extends readonly []
    ? First
    : `${First} ${Joined<Rest>}`
  : "";

/** A message of several lines. Its type is the whole text, in which `plinthError` counts the values. */
export function lines<const Parts extends readonly string[]>(...parts: Parts): Joined<Parts> {
  return parts.join(" ") as Joined<Parts>;
}
