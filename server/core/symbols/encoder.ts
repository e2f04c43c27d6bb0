import type { Dictionary } from '../table/dictionary';
import type { FlowTable } from '../table/flow';
import type { NumberColumn, TextColumn } from '../table/table';
import type { Alphabet, Category, Quantity } from './alphabet';
import { categoryRadix, quantityRadix } from './alphabet';
import { PORT_CLASSES, portClass } from './ports';
import { lowerBound } from '../util/sorted';

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

/** The tables of `portTables` by the categories they were made of: an encoder is made for each log, and a capture may have thousands. */
const knownPortTables = new WeakMap<Category, { readonly protocols: Category; readonly tables: readonly Uint8Array[] }>();

/** The digit of each port, a table for each protocol: missing, those of the category, others. */
function portTables(category: Category, protocols: Category): readonly Uint8Array[] {
  const known = knownPortTables.get(category);
  if (known?.protocols === protocols) return known.tables;
  const byClass = Uint8Array.from({ length: 65536 }, (_, port) => PORT_CLASSES.indexOf(portClass(port)) + 1);
  const names = ['', ...protocols.values, ''];
  const tables = names.map(() => byClass.slice());
  category.values.forEach((value, i) => {
    const [name, port] = value.split('/');
    if (port === undefined) return;
    names.forEach((protocol, at) => { if (name === protocol) tables[at][Number(port) & 0xffff] = i + 1; });
  });
  knownPortTables.set(category, { protocols, tables });
  return tables;
}

/** Ports are classed by protocol; the protocol is the category before, so the symbol so far is its digit. */
class PortCoder implements CategoryCoder {
  private readonly tables: readonly Uint8Array[];
  private readonly radix: number;

  constructor(category: Category, protocols: Category) {
    this.radix = categoryRadix(category);
    this.tables = portTables(category, protocols);
  }

  append(table: FlowTable, symbols: Uint32Array): void {
    const column = table.destinationPort;
    const { radix, tables } = this;
    if (!column) {
      for (let row = 0; row < symbols.length; row++) symbols[row] *= radix;
      return;
    }
    const { values, valid } = column;
    for (let row = 0; row < symbols.length; row++) symbols[row] = symbols[row] * radix + (valid.has(row) ? tables[symbols[row]][values[row] & 0xffff] : 0);
  }
}

class QuantityCoder {
  private readonly radix: number;
  private readonly limits: Float64Array;
  private readonly codes: Uint32Array | undefined;

  constructor(private readonly quantity: Quantity) {
    this.radix = quantityRadix(quantity);
    this.limits = Float64Array.from(quantity.bins.limits);
    this.codes = quantity.bins.type === 'codes' ? Uint32Array.from(quantity.bins.codes) : undefined;
  }

  append(table: FlowTable, symbols: Uint32Array): void {
    const columns = this.quantity.fields.map((f) => table[f]).filter((c): c is NumberColumn => c?.kind === 'number');
    const { radix, limits, codes } = this;
    if (columns.length === 0) {
      for (let row = 0; row < symbols.length; row++) symbols[row] *= radix;
      return;
    }
    const [{ values: first, valid: hasFirst }] = columns;
    // One column counts as two of which the other is 0.
    const { values: second, valid: hasSecond } = columns[1] ?? { values: new Float64Array(symbols.length), valid: hasFirst };
    for (let row = 0; row < symbols.length; row++) {
      const inFirst = hasFirst.has(row);
      const inSecond = hasSecond.has(row);
      let digit = 0;
      if (inFirst || inSecond) {
        const value = (inFirst ? first[row] : 0) + (inSecond ? second[row] : 0);
        const bin = limits.length > FEW ? lowerBound(limits, value) : countBelow(limits, value);
        digit = 1 + (codes ? codes[bin] : bin);
      }
      symbols[row] = symbols[row] * radix + digit;
    }
  }
}

/** Up to so many limits are compared one by one: faster than a search whose every step the processor guesses wrong half the time. */
const FEW = 16;

/** The same as `lowerBound`. O(limits). */
function countBelow(limits: Float64Array, value: number): number {
  let n = 0;
  for (let i = 0; i < limits.length; i++) n += limits[i] < value ? 1 : 0;
  return n;
}

/** The digit of a value that is not missing. O(log n). */
export function quantityDigit(quantity: Quantity, value: number): number {
  const { bins } = quantity;
  const bin = lowerBound(bins.limits, value);
  return 1 + (bins.type === 'bins' ? bin : bins.codes[bin]);
}
