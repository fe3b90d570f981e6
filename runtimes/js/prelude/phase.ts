/** Says whether there is a request. The handler, timers and bindings need one. */
export const phase = {
  /** False while the tenant's module is being evaluated, before there is a request. */
  serving: false,
};
