/** Something in a configuration of wrangler that Plinth does not take as it is. */
export interface Finding {
  /** `kv_namespaces[0].id` */
  readonly path: string;
  /** What is wrong, and what to do; without a full stop at the end. */
  readonly text: string;
}
