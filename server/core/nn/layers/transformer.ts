import type { Graph, Value } from '../graph';
import type { Initialiser } from '../initialise';
import { xavierUniform, zeros } from '../initialise';
import { add, dropout, gelu, headAttention, linear, relu, reshape, split } from '../ops';
import { layerNormLayer, linearLayer } from './basic';

export interface EncoderSettings {
  readonly width: number;
  /** Divides the width. */
  readonly heads: number;
  /** Units of the inner layer. */
  readonly feedForward: number;
  readonly activation?: 'relu' | 'gelu';
  /** Of attention weights, of the inner layer and of both sublayers' outputs, when `training`; default 0. */
  readonly dropout?: number;
  readonly training?: boolean;
  /** Of all matrices; default Xavier uniform. */
  readonly weight?: Initialiser;
}

/** A block of x [b, t, width] and an optional mask that is added to the attention scores [b, heads, t, t]. */
export interface EncoderBlock {
  readonly apply: (x: Value, mask?: Value) => Value;
}

/**
 * Encoder block of the transformer, normalised after each sublayer (Vaswani et al. 2017; PyTorch's `TransformerEncoderLayer`).
 * Weights: `<name>.attention.in` (query, key and value one below the other), `.attention.out`, `.norm1`, `.inner`, `.outer`, `.norm2`.
 */
export function encoderBlock(graph: Graph, name: string, settings: EncoderSettings): EncoderBlock {
  const { width, heads, feedForward, activation = 'relu', weight = xavierUniform } = settings;
  const rate = settings.training === true ? (settings.dropout ?? 0) : 0;
  const layer = (part: string, inputs: number, outputs: number) => linearLayer(graph, `${name}.${part}`, { inputs, outputs, weight, bias: zeros });
  const intoHeads = layer('attention.in', width, 3 * width);
  const fromHeads = layer('attention.out', width, width);
  const norm1 = layerNormLayer(graph, `${name}.norm1`, width);
  const inner = layer('inner', width, feedForward);
  const outer = layer('outer', feedForward, width);
  const norm2 = layerNormLayer(graph, `${name}.norm2`, width);
  const drop = (x: Value, place: string): Value => dropout(x, rate, `${name}.${place}`);
  const thirds = (x: Value): Value[] => split(x, [width, width, width], 0);
  return {
    apply: (x, mask) => {
      const [b, t] = x.shape;
      const rows = reshape(x, [b * t, width]);
      // Three products instead of one: their results need not be cut apart.
      const [weights, biases] = [thirds(intoHeads.weight), thirds(intoHeads.bias!)];
      const [q, k, v] = weights.map((w, at) => reshape(linear(rows, w, biases[at]), [b, t, width]));
      const attended = reshape(headAttention(q, k, v, heads, { ...(mask && { mask }), dropout: { rate, name: `${name}.attention.dropout` } }), [b * t, width]);
      const y = norm1.apply(add(rows, drop(fromHeads.apply(attended), 'dropout1')));
      const active = (activation === 'relu' ? relu : gelu)(inner.apply(y));
      return reshape(norm2.apply(add(y, drop(outer.apply(drop(active, 'dropout')), 'dropout2'))), x.shape);
    },
  };
}

/** Sines and cosines of positions, [t, d] with d even (Vaswani et al. 2017): a constant. */
export function positions(graph: Graph, t: number, d: number): Value {
  const angle = (position: number, k: number): number => position * Math.exp((2 * Math.floor(k / 2) * -Math.log(10_000)) / d);
  return graph.constant(Array.from({ length: t * d }, (_, at) => (at % d % 2 === 0 ? Math.sin : Math.cos)(angle(Math.floor(at / d), at % d))), [t, d]);
}
