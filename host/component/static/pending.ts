/** Work of the host that a component can wait for. */
export class Pending<Value> {
  /** Undefined while the work is under way. */
  value: Value | undefined;
  readonly over: Promise<void>;

  /** @param work is never rejected */
  constructor(work: Promise<Value>) {
    this.over = work.then((value) => {
      this.value = value;
    });
  }
}
