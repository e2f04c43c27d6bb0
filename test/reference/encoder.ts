import type { Alphabet } from '../../server/core/symbols/alphabet';
import type { Flow } from '../support/flows';

/** The digits of a flow's symbol by the words of `alphabet.ts`: categories first, then quantities. */
export function slowDigits(alphabet: Alphabet, flow: Flow): number[] {
  const protocols = alphabet.categories[0].values;
  const categories = alphabet.categories.map(({ name, values }) => {
    if (name === 'port') {
      const port = flow.destinationPort;
      if (port === undefined) return 0;
      const own = values.indexOf(`${flow.protocol ?? ''}/${port}`);
      // Protocols that the baseline does not have share the ports of no protocol.
      const known = flow.protocol === undefined || protocols.includes(flow.protocol) ? own : values.indexOf(`/${port}`);
      if (known >= 0) return known + 1;
      return port < 1024 ? 1 : port < 49152 ? 2 : 3;
    }
    const value = flow[name];
    if (value === undefined) return 0;
    return values.includes(value) ? values.indexOf(value) + 1 : values.length + 1;
  });
  const quantities = alphabet.quantities.map(({ fields, bins }) => {
    const present = fields.map((field) => flow[field]).filter((value): value is number => typeof value === 'number');
    if (present.length === 0) return 0;
    const value = present.reduce((a, b) => a + b, 0);
    const above = bins.limits.filter((limit) => limit < value).length;
    return 1 + (bins.type === 'bins' ? above : bins.codes[above]);
  });
  return [...categories, ...quantities];
}
