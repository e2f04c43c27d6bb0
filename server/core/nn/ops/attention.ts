import type { Value } from '../graph';
import { need } from '../shapes';
import { add, mul } from './arithmetic';
import { dropout } from './dropout';
import { matmul } from './matmul';
import { reshape, split, transpose } from './shape';
import { softmax } from './softmax';

/** What is added to a score that must not count: e^it is 0, and it is finite, so that a row that sees nothing gives the mean instead of NaN. */
const HIDDEN = -1e9;

/** [t, t] to add to attention scores: position i sees j <= i. */
export function causalMask(like: Value, t: number): Value {
  return like.graph.constant(Array.from({ length: t * t }, (_, k) => (k % t > Math.floor(k / t) ? HIDDEN : 0)), [t, t], like.type);
}

/** [b, 1, 1, t] to add to attention scores, from a fed [b, t] of real numbers: 1 is a token, 0 is padding that nobody sees. */
export function paddingMask(present: Value): Value {
  const [b, t] = present.shape;
  return reshape(mul(add(present, -1), -HIDDEN), [b, 1, 1, t]);
}

export interface Attention {
  /** Broadcast to [b, heads, queries, keys] and added to the scores. */
  readonly mask?: Value;
  /** Dropout of the attention weights, by the mask of that name. */
  readonly dropout?: { readonly rate: number; readonly name: string };
}

/** softmax(q kT / sqrt(d) + mask) v, batched over leading axes: q [..., i, d], k [..., j, d], v [..., j, e] to [..., i, e] (Vaswani et al. 2017). */
export function attention(q: Value, k: Value, v: Value, { mask, dropout: drop }: Attention = {}): Value {
  const d = q.shape.at(-1)!;
  const scores = mul(matmul(q, transpose(k)), 1 / Math.sqrt(d));
  const weights = softmax(mask === undefined ? scores : add(scores, mask));
  return matmul(drop === undefined ? weights : dropout(weights, drop.rate, drop.name), v);
}

/** Self-attention of several heads from rows that hold query, key and value side by side: qkv [b, t, 3 d] to [b, t, d]. */
export function selfAttention(qkv: Value, heads: number, options: Attention = {}): Value {
  const [b, t, width] = qkv.shape;
  const d = width / 3;
  need(qkv.shape.length === 3 && Number.isInteger(d / heads), 'selfAttention', `[b, t, 3 d] with d a multiple of ${heads} heads`, qkv.shape);
  const parts = transpose(reshape(qkv, [b, t, 3, heads, d / heads]), [2, 0, 3, 1, 4]);
  const [q, k, v] = split(parts, [1, 1, 1], 0).map((part) => reshape(part, [b, heads, t, d / heads]));
  return reshape(transpose(attention(q, k, v, options), [0, 2, 1, 3]), [b, t, d]);
}
