/**
 * Random numbers. An image is restored many times, so the state of a generator in the image must not be used. `Math.random`
 * takes a new seed from the host when it is first called in a request.
 */
import { defineProperty } from "./intrinsics.ts";
import { phase } from "./phase.ts";
import { log } from "./text.ts";

let seeded = false;
let a = 0;
let b = 0;
let c = 0;
let counter = 0;

const levelWarn = 2;
/** The engine's Error, because programs may replace the global one. */
const Error_ = Error;
let warned = false;

/**
 * Warns of a draw at the top level. Its numbers are in the image, and so the same in every request. One warning is
 * enough to find the place.
 */
function warnAtTopLevel(): void {
  if (phase.serving || warned) return;
  warned = true;
  const { stack } = new Error_();
  log(
    levelWarn,
    `random numbers that the top level draws are the same in every request. Draw them in the handler\n${stack}`,
  );
}

export function resetRandom(): void {
  seeded = false;
}

/** sfc32 (PractRand): 128 bits of state, three shifts and five additions a number. */
function next(): number {
  const sum = (((a + b) | 0) + counter) | 0;
  counter = (counter + 1) | 0;
  a = b ^ (b >>> 9);
  b = (c + (c << 3)) | 0;
  c = (((c << 21) | (c >>> 11)) + sum) | 0;
  return sum >>> 0;
}

function random(): number {
  if (!seeded) {
    warnAtTopLevel();
    const seed = new Uint32Array(randomBytes(16));
    a = seed[0]! | 0;
    b = seed[1]! | 0;
    c = seed[2]! | 0;
    counter = seed[3]! | 0;
    seeded = true;
    for (let i = 0; i < 12; i++) next();
  }
  // The result has 53 random bits.
  return ((next() >>> 5) * 0x4000000 + (next() >>> 6)) / 0x20000000000000;
}
defineProperty(random, "name", { value: "random", configurable: true });
defineProperty(Math, "random", { value: random, writable: true, configurable: true, enumerable: false });

export function randomBytes(count: number): ArrayBuffer {
  warnAtTopLevel();
  const bytes = $random(count);
  if (!bytes) throw new RangeError("out of memory");
  return bytes;
}

const hex: string[] = [];
for (let i = 0; i < 256; i++) hex[i] = (i + 256).toString(16).slice(1);

export function randomUuid(): string {
  const bytes = new Uint8Array(randomBytes(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  let text = "";
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += "-";
    text += hex[bytes[i]!]!;
  }
  return text;
}
