/** Random numbers from WASI. The engine's generator was seeded at the build, so it is the same in every instance. */
import { getRandomBytes } from "wasi:random/random@0.2.12";

export const crypto = {
  getRandomValues(array) {
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(getRandomBytes(array.byteLength));
    return array;
  },
  randomUUID() {
    const bytes = getRandomBytes(16);
    // RFC 9562, section 5.4: version 4, variant 10.
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  },
};

export const random = () => {
  const [high, low] = new Uint32Array(getRandomBytes(8).buffer);
  return ((high >>> 5) * 0x4000000 + (low >>> 6)) / 2 ** 53;
};
