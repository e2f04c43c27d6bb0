import type { Dictionary } from '../table/dictionary';
import type { FlowTable } from '../table/flow';
import type { NumberColumn, TextColumn } from '../table/table';
import type { Alphabet, Category, Quantity } from './alphabet';
import { categoryRadix, quantityRadix } from './alphabet';
import { PORT_CLASSES, portClass } from './ports';

/** Turns rows into symbols of one alphabet. Remembers dictionary translations between tables; one per thread. */
export class Encoder {
  private readonly categories: readonly CategoryCoder[];
  private readonly quantities: readonly QuantityCoder[];

  constructor(readonly alphabet: Alphabet) {
    this.categories = alphabet.categories.map((c, i) => (c.name === 'port' ? new PortCoder(c, alphabet.categories[i - 1]) : new TextCoder(c, c.name)));
    this.quantities = alphabet.quantities.map((q) => new QuantityCoder(q));
  }

  /** The symbol of every row of `table`. O(rows x features). */
  encode(table: FlowTable): Uint32Array {
    // Sums are kept in doubles, symbols stay below 2^32 (see the caps in fit.ts).
    const symbols = new Uint32Array(table.rowCount);
    for (const coder of this.categories) coder.append(table, symbols);
    for (const coder of this.quantities) coder.append(table, symbols);
    return symbols;
  }
}

/** Appends one digit to every row's symbol: symbol * radix + digit. */
interface CategoryCoder {
  append(table: FlowTable, symbols: Uint32Array): void;
}

class TextCoder implements CategoryCoder {
  private dictionary: Dictionary | undefined;
  private digitOfCode: number[] = [];
  private readonly digitOfText: ReadonlyMap<string, number>;
  private readonly radix: number;

  constructor(category: Category, private readonly field: 'protocol' | 'service' | 'state' | 'symbol') {
    this.digitOfText = new Map(category.values.map((text, i) => [text, i + 1]));
    this.radix = categoryRadix(category);
  }

  append(table: FlowTable, symbols: Uint32Array): void {
    const column: TextColumn | undefined = table[this.field];
    const radix = this.radix;
    if (!column) {
      for (let row = 0; row < symbols.length; row++) symbols[row] *= radix;
      return;
    }
    if (column.dictionary !== this.dictionary) {
      this.dictionary = column.dictionary;
      this.digitOfCode = [0];
    }
    const { codes, dictionary } = column;
    const digitOfCode = this.digitOfCode;
    for (let code = digitOfCode.length; code < dictionary.size; code++) digitOfCode.push(this.digitOfText.get(dictionary.text(code)) ?? radix - 1);
    for (let row = 0; row < symbols.length; row++) symbols[row] = symbols[row] * radix + digitOfCode[codes[row]];
  }
}

/** Ports are classed by protocol; the protocol is the category before, so the symbol so far is its digit. */
class PortCoder implements CategoryCoder {
  private readonly tables: readonly Uint8Array[];
  private readonly radix: number;

  constructor(category: Category, protocols: Category) {
    this.radix = categoryRadix(category);
    const byClass = Uint8Array.from({ length: 65536 }, (_, port) => PORT_CLASSES.indexOf(portClass(port)) + 1);
    this.tables = ['', ...protocols.values, ''].map((protocol) => {
      const table = byClass.slice();
      category.values.forEach((value, i) => {
        const [name, port] = value.split('/');
        if (port !== undefined && name === protocol) table[Number(port) & 0xffff] = i + 1;
      });
      return table;
    });
  }

  append(table: FlowTable, symbols: Uint32Array): void {
    const column = table.destinationPort;
    const radix = this.radix;
    for (let row = 0; row < symbols.length; row++) {
      const digit = column?.valid.has(row) ? this.tables[symbols[row]][column.values[row] & 0xffff] : 0;
      symbols[row] = symbols[row] * radix + digit;
    }
  }
}

class QuantityCoder {
  private readonly radix: number;

  constructor(private readonly quantity: Quantity) {
    this.radix = quantityRadix(quantity);
  }

  append(table: FlowTable, symbols: Uint32Array): void {
    const columns = this.quantity.fields.map((f) => table[f]).filter((c): c is NumberColumn => c?.kind === 'number');
    const [first, second] = columns;
    const radix = this.radix;
    for (let row = 0; row < symbols.length; row++) {
      const hasFirst = first !== undefined && first.valid.has(row);
      const hasSecond = second !== undefined && second.valid.has(row);
      const value = (hasFirst ? first.values[row] : 0) + (hasSecond ? second.values[row] : 0);
      symbols[row] = symbols[row] * radix + (hasFirst || hasSecond ? quantityDigit(this.quantity, value) : 0);
    }
  }
}

/** The digit of a value that is not missing. O(log n). */
export function quantityDigit(quantity: Quantity, value: number): number {
  const { bins } = quantity;
  if (bins.type === 'bins') return 1 + firstAtOrAbove(bins.limits, value);
  return 1 + bins.codes[firstAtOrAbove(bins.limits, value)];
}

function firstAtOrAbove(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
