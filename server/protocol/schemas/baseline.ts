import * as v from 'valibot';
import type { BaselineChoice } from '../baseline';
import { flag, list, seconds, shapeOf, strict, text } from './shape';

const share = () => v.pipe(v.number('a number above 0 and at most 1'), v.check((n) => n > 0 && n <= 1, 'a number above 0 and at most 1'));

export const baselineChoice = () => shapeOf<BaselineChoice>()(strict({
  self: v.exactOptional(flag()),
  files: v.exactOptional(list(text(), 1_000)),
  from: v.exactOptional(seconds()),
  to: v.exactOptional(seconds()),
  label: v.exactOptional(strict({ column: text(), matches: text() })),
  share: v.exactOptional(share()),
}));
