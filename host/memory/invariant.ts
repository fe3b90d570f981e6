/**
 * Fails loudly where an invariant of a switch is broken, which is a fault of the host. Node's `assert` does the same, but
 * its call costs so much that a switch would show it.
 */
export function invariant(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(message);
}
