import { hexDigit } from './numbers';

const BACKSLASH = 92;
const X = 120;

/**
 * The bytes `[start, end)` with the escapes of Zeek's ASCII writer undone: `\xHH` is the byte HH and `\\` a backslash;
 * any other backslash stands for itself (old logs did not escape it). Undefined when there is nothing to undo.
 */
export function unescapeZeek(bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
  let i = start;
  while (i < end && bytes[i] !== BACKSLASH) i++;
  if (i === end) return undefined;
  const plain = new Uint8Array(end - start);
  plain.set(bytes.subarray(start, i));
  let length = i - start;
  while (i < end) {
    const high = bytes[i] === BACKSLASH && bytes[i + 1] === X && i + 3 < end ? hexDigit(bytes[i + 2]) : -1;
    const low = high < 0 ? -1 : hexDigit(bytes[i + 3]);
    if (low >= 0) {
      plain[length++] = high * 16 + low;
      i += 4;
    } else {
      plain[length++] = bytes[i];
      i += bytes[i] === BACKSLASH && i + 1 < end && bytes[i + 1] === BACKSLASH ? 2 : 1;
    }
  }
  return plain.subarray(0, length);
}
