/**
 * A part of the host's data. It is changed step by step while the host is killed, and compared with the acknowledged
 * changes.
 */
import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import { type Server, Unanswered } from "./server.ts";

export interface Lane<State, Seen> {
  /** Makes the data that the lane needs, on a host that is not killed, and returns its first state. */
  prepare(server: Server): Promise<State>;
  /** Picks a change of the state. */
  change(state: State): { readonly after: State; send(server: Server): Promise<Response> };
  /** Reads from a host the visible part of the state. */
  read(server: Server): Promise<Seen>;
  /** The visible part of a state. A change always changes it. */
  seen(state: State): Seen;
}

export class LaneRun<State, Seen> {
  readonly #lane: Lane<State, Seen>;
  #state: State | undefined;
  /** The state after a change whose answer did not come. */
  #possible: State | undefined;
  acknowledged = 0;

  constructor(lane: Lane<State, Seen>) {
    this.#lane = lane;
  }

  /** Changes the state until the host is gone. @param noteAnswer is called after each acknowledged change */
  async run(server: Server, noteAnswer: () => void): Promise<void> {
    try {
      for (;;) {
        const { after, send } = this.#lane.change(this.#state!);
        this.#possible = after;
        const response = await send(server);
        expect(response.ok, await response.clone().text()).toBe(true);
        this.#state = after;
        this.#possible = undefined;
        this.acknowledged++;
        noteAnswer();
      }
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
    }
  }

  /** Finds on a new host the acknowledged state, or the state after the change without an answer, and never another one. */
  async check(server: Server): Promise<void> {
    if (this.#state === undefined) {
      this.#state = await this.#lane.prepare(server);
      return;
    }
    const found = await this.#lane.read(server);
    if (this.#possible !== undefined && isDeepStrictEqual(found, this.#lane.seen(this.#possible))) {
      this.#state = this.#possible;
    } else expect(found).toEqual(this.#lane.seen(this.#state));
    this.#possible = undefined;
  }
}
