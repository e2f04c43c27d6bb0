import type { Graph, Value } from '../../../nn/graph';
import { zeros } from '../../../nn/initialise';
import { layerNormLayer, linearLayer } from '../../../nn/layers';
import { add, attention, dropout, linear, relu, reshape, selfAttention, slice, transpose } from '../../../nn/ops';
import { scaledXavier } from './initialisers';

export interface DecoderSettings {
  readonly width: number;
  readonly heads: number;
  readonly feedForward: number;
  /** Share of numbers that is dropped. */
  readonly rate: number;
}

/**
 * Builder of the transformer's decoder block, normalised after each sublayer (Vaswani et al. 2017; PyTorch's `TransformerDecoderLayer`): x [b, t, width] attends to itself under
 * `mask`, then to `seen` [b, n, width] under `hides` (broadcast to [b, heads, t, n]). One set of weights, applied as often as wanted; `place` keeps the names of dropout masks apart.
 */
export function decoderBlock(graph: Graph, name: string, { width, heads, feedForward, rate }: DecoderSettings): (x: Value, seen: Value, mask: Value, hides: Value, place: string) => Value {
  const layer = (part: string, inputs: number, outputs: number): ReturnType<typeof linearLayer> => linearLayer(graph, `${name}.${part}`, { inputs, outputs, weight: scaledXavier, bias: zeros });
  const [intoSelf, fromSelf] = [layer('attention.in', width, 3 * width), layer('attention.out', width, width)];
  const [intoCross, fromCross] = [layer('cross.in', width, 3 * width), layer('cross.out', width, width)];
  const [inner, outer] = [layer('inner', width, feedForward), layer('outer', feedForward, width)];
  const [norm1, norm2, norm3] = [1, 2, 3].map((k) => layerNormLayer(graph, `${name}.norm${k}`, width));
  const ofHeads = (x: Value): Value => transpose(reshape(x, [x.shape[0], x.shape[1], heads, width / heads]), [0, 2, 1, 3]);
  /** Queries, keys or values of the second attention: the rows of its weights one below the other. */
  const part = (x: Value, k: number): Value => ofHeads(linear(x, slice(intoCross.weight, 0, k * width, (k + 1) * width), slice(intoCross.bias!, 0, k * width, (k + 1) * width)));
  return (x, seen, mask, hides, place) => {
    const drop = (value: Value, where: string): Value => dropout(value, rate, `${name}.${place}.${where}`);
    const weights = (where: string): { readonly rate: number; readonly name: string } => ({ rate, name: `${name}.${place}.${where}` });
    const a = norm1.apply(add(x, drop(fromSelf.apply(selfAttention(intoSelf.apply(x), heads, { mask, dropout: weights('attention') })), 'dropout1')));
    const crossed = attention(part(a, 0), part(seen, 1), part(seen, 2), { mask: hides, dropout: weights('cross') });
    const y = norm2.apply(add(a, drop(fromCross.apply(reshape(transpose(crossed, [0, 2, 1, 3]), x.shape)), 'dropout2')));
    return norm3.apply(add(y, drop(outer.apply(drop(relu(inner.apply(y)), 'dropout')), 'dropout3')));
  };
}
