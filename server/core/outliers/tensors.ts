import type { Tensors } from './outlierModel';

/** What every kind saves of itself in `head`: columns, rows, rows left out; then its own numbers. */
export interface Head {
  readonly columns: number;
  readonly rows: number;
  readonly incomplete: number;
  readonly own: readonly number[];
}

export function headTensor(model: { readonly columns: number; readonly rows: number; readonly incomplete: number }, own: readonly number[]): Float64Array {
  return Float64Array.of(model.columns, model.rows, model.incomplete, ...own);
}

/** The head of saved arrays with so many numbers of its own, all finite, or undefined. */
export function headOf(tensors: Tensors, own: number): Head | undefined {
  const head = numbersOf(tensors, 'head', 3 + own);
  if (!head) return undefined;
  const [columns, rows, incomplete] = head;
  return isCount(columns) && columns > 0 && isCount(rows) && isCount(incomplete) ? { columns, rows, incomplete, own: [...head.subarray(3)] } : undefined;
}

/** A saved array of finite numbers; undefined where it is missing, of another type or length (where one is given), or has other values. */
export function numbersOf(tensors: Tensors, name: string, length?: number): Float64Array | undefined {
  const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  return tensor instanceof Float64Array && (length === undefined || tensor.length === length) && tensor.every(Number.isFinite) ? tensor : undefined;
}

/** The same for whole numbers. */
export function integersOf(tensors: Tensors, name: string, length?: number): Int32Array | undefined {
  const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  return tensor instanceof Int32Array && (length === undefined || tensor.length === length) ? tensor : undefined;
}

/** Whether all numbers are above 0. */
export function arePositive(numbers: ArrayLike<number>): boolean {
  for (let i = 0; i < numbers.length; i++) if (!(numbers[i] > 0)) return false;
  return true;
}

export const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;

export const damaged = (kind: string): { readonly fault: string } => ({ fault: `the arrays of the model "${kind}" are missing, damaged or do not fit together` });
