/**
 * Bounds what the glue copies out of a linear memory in one go, by counting bytes and elements of lists. A component
 * hands lists and strings out as addresses and lengths. The canonical ABI lets a million elements point at the same 60
 * MB. Lifting them would fill the host's memory, beyond any limit on V8's heap, because bytes of arrays do not count
 * there. And 60 MB of zeros are four million empty headers, each of which becomes several objects.
 */

/** Bytes that may be lifted before control returns to the event loop, far above any limit on bodies. */
export const LIFT_BUDGET_BYTES = 128 << 20;

/**
 * Bytes that an element of a list counts beside its own. The objects that jco makes of it take about this much of V8's
 * heap.
 */
export const ELEMENT_BYTES = 256;

export const overBudget = `the component hands out more than ${LIFT_BUDGET_BYTES} bytes at once`;

const prelude = `
let plinthLifted = 0;
function plinthCount(bytes) {
  if (plinthLifted === 0) queueMicrotask(() => { plinthLifted = 0; });
  plinthLifted += bytes;
  if (plinthLifted > ${LIFT_BUDGET_BYTES}) throw new RangeError("${overBudget}");
}
function plinthList(length) {
  plinthCount(length * ${ELEMENT_BYTES});
  return length;
}
function plinthSlice(buffer, start, end) {
  plinthCount(end - start);
  return buffer.slice(start, end);
}
function plinthView(buffer, start, length) {
  plinthCount(length);
  return new Uint8Array(buffer, start, length);
}
function plinthView16(buffer, start, length) {
  plinthCount(2 * length);
  return new Uint16Array(buffer, start, length);
}
`;

/**
 * Puts the budget into JavaScript that jco has generated.
 *
 * @throws Error if jco's output does not have the expected form, as after an update of jco
 */
export function budgetLifts(source: string): string {
  const counted = source
    .replaceAll(/\b(memory\d+\.buffer)\.slice\(/g, "plinthSlice($1, ")
    .replaceAll(/((?:TEXT_DECODER_UTF8|utf16Decoder)\.decode\()new (?:Uint8Array|DataView)\(/g, "$1plinthView(")
    .replaceAll(/(utf16Decoder\.decode\()new Uint16Array\(/g, "$1plinthView16(")
    .replaceAll(/\bfor \(let i = 0; i < (len\d+); i\+\+\)/g, "for (let i = 0, end = plinthList($1); i < end; i++)");
  if (/memory\d+\.buffer\.slice\(|(?:TEXT_DECODER_UTF8|utf16Decoder)\.decode\(new |i < len\d+;/.test(counted)) {
    throw new Error("jco lifts in a way that is not counted");
  }
  return prelude + counted;
}
