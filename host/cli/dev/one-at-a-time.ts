/**
 * Makes of `work` a function that runs it, but never twice at once: calls while it runs make it run once more when it has
 * ended.
 *
 * @returns a function whose promise is fulfilled when the work has been done that was asked for; `work` must not throw
 */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  const run = async () => {
    do {
      again = false;
      await work();
    } while (again);
    running = undefined;
  };
  return () => {
    again = true;
    running ??= run();
    return running;
  };
}
