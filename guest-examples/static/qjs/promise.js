/** A Promise for componentize-qjs, which does not run the jobs of the engine's own Promise. */

const jobs = [];

export class PlinthPromise {
  #state = "pending";
  #value;
  #reactions = [];

  constructor(executor) {
    let open = true;
    const once = (settle) => (value) => {
      if (!open) return;
      open = false;
      settle(value);
    };
    const reject = once((reason) => this.#settle("rejected", reason));
    const resolve = once((value) => this.#resolve(value));
    try {
      executor(resolve, reject);
    } catch (error) {
      reject(error);
    }
  }

  #resolve(value) {
    if (value === this) return this.#settle("rejected", new TypeError("A promise cannot be resolved with itself"));
    let then;
    try {
      then = value !== null && (typeof value === "object" || typeof value === "function") ? value.then : undefined;
    } catch (error) {
      return this.#settle("rejected", error);
    }
    if (typeof then !== "function") return this.#settle("fulfilled", value);
    jobs.push(() => {
      let open = true;
      const once = (settle) => (result) => {
        if (!open) return;
        open = false;
        settle(result);
      };
      const reject = once((reason) => this.#settle("rejected", reason));
      try {
        then.call(
          value,
          once((result) => this.#resolve(result)),
          reject,
        );
      } catch (error) {
        reject(error);
      }
    });
  }

  #settle(state, value) {
    this.#state = state;
    this.#value = value;
    for (const reaction of this.#reactions) jobs.push(reaction);
    this.#reactions = [];
  }

  // biome-ignore lint/suspicious/noThenProperty: this class is the promise
  then(onFulfilled, onRejected) {
    return new PlinthPromise((resolve, reject) => {
      const reaction = () => {
        const handler = this.#state === "fulfilled" ? onFulfilled : onRejected;
        if (typeof handler !== "function")
          return this.#state === "fulfilled" ? resolve(this.#value) : reject(this.#value);
        try {
          resolve(handler(this.#value));
        } catch (error) {
          reject(error);
        }
      };
      if (this.#state === "pending") this.#reactions.push(reaction);
      else jobs.push(reaction);
    });
  }

  catch(onRejected) {
    return this.then(undefined, onRejected);
  }

  finally(callback) {
    return this.then(
      (value) => PlinthPromise.resolve(callback()).then(() => value),
      (reason) =>
        PlinthPromise.resolve(callback()).then(() => {
          throw reason;
        }),
    );
  }

  static resolve(value) {
    return value instanceof PlinthPromise ? value : new PlinthPromise((resolve) => resolve(value));
  }
  static reject(reason) {
    return new PlinthPromise((_, reject) => reject(reason));
  }
  static withResolvers() {
    const resolvers = {};
    resolvers.promise = new PlinthPromise((resolve, reject) => Object.assign(resolvers, { resolve, reject }));
    return resolvers;
  }
  static all(values) {
    return new PlinthPromise((resolve, reject) => {
      const results = [];
      let left = 1;
      const done = () => --left === 0 && resolve(results);
      let index = 0;
      for (const value of values) {
        const at = index++;
        left++;
        PlinthPromise.resolve(value).then((result) => {
          results[at] = result;
          done();
        }, reject);
      }
      done();
    });
  }
  static allSettled(values) {
    return PlinthPromise.all(
      [...values].map((value) =>
        PlinthPromise.resolve(value).then(
          (result) => ({ status: "fulfilled", value: result }),
          (reason) => ({ status: "rejected", reason }),
        ),
      ),
    );
  }
  static race(values) {
    return new PlinthPromise((resolve, reject) => {
      for (const value of values) PlinthPromise.resolve(value).then(resolve, reject);
    });
  }
}

export const queueMicrotask = (callback) => void jobs.push(callback);

export function runJobs() {
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) job();
}
