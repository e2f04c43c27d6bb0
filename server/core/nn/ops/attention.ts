import type { Value } from '../graph';
import { need, sameShape } from '../shapes';
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

/** Up to this many queries and keys (positions times heads), `headAttention` computes all heads as one matrix. */
const BLOCK_LIMIT = 64;

/**
 * Attention of several heads: q, k, v [b, t, d], each cut into `heads` pieces along d, to [b, t, d]. A mask broadcasts to [b, heads, t, t].
 * Short sequences: one row per position and head, scores of all pairs, and those of unequal heads masked. That is `heads` times the products, but the tensors lie as they are:
 * a third faster at 12 positions and 4 heads than turning them to [b, heads, t, d / heads] and back.
 */
export function headAttention(q: Value, k: Value, v: Value, heads: number, options: Attention = {}): Value {
  const [b, t, d] = q.shape;
  need(q.shape.length === 3 && Number.isInteger(d / heads) && sameShape(q.shape, k.shape) && sameShape(q.shape, v.shape), 'headAttention', `q, k, v [b, t, d] with d a multiple of ${heads} heads`, q.shape, k.shape, v.shape);
  const { mask, dropout: drop } = options;
  const perHead = mask !== undefined && (mask.shape.at(-3) ?? 1) !== 1;
  if (t * heads <= BLOCK_LIMIT && (drop?.rate ?? 0) === 0 && !perHead) {
    const block = (x: Value): Value => reshape(x, [b, t * heads, d / heads]);
    return reshape(attention(block(q), block(k), block(v), { mask: blockMask(q, t, heads, mask) }), [b, t, d]);
  }
  const turned = (x: Value): Value => transpose(reshape(x, [b, t, heads, d / heads]), [0, 2, 1, 3]);
  return reshape(transpose(attention(turned(q), turned(k), turned(v), options), [0, 2, 1, 3]), [b, t, d]);
}

/** Mask of [t * heads, t * heads] pairs (position first): those of one head, and of them what `mask` ([..., 1, t, t], broadcast) lets through. */
function blockMask(like: Value, t: number, heads: number, mask: Value | undefined): Value {
  const n = t * heads;
  const sameHead = like.graph.constant(Array.from({ length: n * n }, (_, at) => (at % heads === Math.floor(at / n) % heads ? 0 : HIDDEN)), [t, heads, t, heads], like.type);
  if (mask === undefined) return reshape(sameHead, [n, n]);
  const [queries, keys] = [mask.shape.at(-2) ?? 1, mask.shape.at(-1) ?? 1];
  const batch = mask.shape.length === 4 ? mask.shape[0] : 1;
  return reshape(add(reshape(mask, [batch, queries, 1, keys, 1]), sameHead), [batch, n, n]);
}

/** Self-attention from rows that hold query, key and value side by side: qkv [b, t, 3 d] to [b, t, d]. */
export function selfAttention(qkv: Value, heads: number, options: Attention = {}): Value {
  const width = qkv.shape.at(-1)!;
  need(qkv.shape.length === 3 && Number.isInteger(width / 3 / heads), 'selfAttention', `[b, t, 3 d] with d a multiple of ${heads} heads`, qkv.shape);
  const [q, k, v] = split(qkv, [width / 3, width / 3, width / 3], 2);
  return headAttention(q, k, v, heads, options);
}
