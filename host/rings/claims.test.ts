import fc from "fast-check";
import { expect, test } from "vitest";
import { Claims, createClaims } from "./claims.ts";

const commands = fc.array(fc.constantFrom("send", "claim", "withdraw"), { maxLength: 100 });
/** Numbers near 0, and near the place where they no longer fit into 31 bits. */
const firsts = fc.constantFrom(0, -1, 5, 0x7fff_fffe, -0x8000_0000);

test("each step is claimed or withdrawn, never both, in any order of sending, claiming and withdrawing", () => {
  fc.assert(
    fc.property(firsts, commands, (first, list) => {
      const buffer = createClaims();
      new Int32Array(buffer)[0] = first;
      const [worker, main] = [new Claims(buffer), new Claims(buffer)];
      /** Steps that the worker reaches, and steps that the main thread believes not begun. */
      const inRing: number[] = [];
      const behind: number[] = [];
      const withdrawn = new Set<number>();
      let last: number = first;
      for (const command of list) {
        if (command === "send") {
          last = (last + 1) | 0;
          inRing.push(last);
          behind.push(last);
        } else if (command === "claim") {
          const step = inRing.shift();
          if (step === undefined) continue;
          expect(worker.claim(step)).toBe(!withdrawn.has(step));
        } else if (behind.length > 0) {
          const isBegun = !inRing.includes(behind[0]!);
          expect(main.withdraw((behind[0]! - 1) | 0, last)).toBe(!isBegun);
          if (isBegun) behind.shift();
          else for (const step of behind.splice(0)) withdrawn.add(step);
        }
      }
    }),
  );
});

test("the main thread sees which step's program runs, and no earlier one", () => {
  const buffer = createClaims();
  const [worker, main] = [new Claims(buffer), new Claims(buffer)];
  expect(worker.claim(1)).toBe(true);
  expect(main.hasBegun(1)).toBe(false);
  worker.begins(1);
  expect([main.hasBegun(1), main.hasBegun(2)]).toEqual([true, false]);
  worker.claim(2);
  worker.begins(2);
  expect([main.hasBegun(1), main.hasBegun(2)]).toEqual([false, true]);
});
