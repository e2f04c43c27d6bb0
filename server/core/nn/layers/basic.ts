import type { Graph, Value } from '../graph';
import type { Initialiser } from '../initialise';
import { normal, ones, xavierUniform, zeros } from '../initialise';
import { layerNorm, linear, rows } from '../ops';

/** A function of one tensor with weights of its own, named `<layer>.weight` and so on. */
export interface Layer {
  readonly apply: (x: Value) => Value;
}

export interface LinearLayer extends Layer {
  /** [outputs, inputs]. */
  readonly weight: Value;
  /** [outputs]; absent when it was built without. */
  readonly bias?: Value;
}

export interface LinearSettings {
  readonly inputs: number;
  readonly outputs: number;
  /** Default Xavier uniform. */
  readonly weight?: Initialiser;
  /** Default zeros; `false` for none. */
  readonly bias?: Initialiser | false;
}

/** x [..., inputs] to [..., outputs]. */
export function linearLayer(graph: Graph, name: string, { inputs, outputs, weight = xavierUniform, bias = zeros }: LinearSettings): LinearLayer {
  const w = graph.parameter(`${name}.weight`, [outputs, inputs], weight);
  if (bias === false) return { weight: w, apply: (x) => linear(x, w) };
  const b = graph.parameter(`${name}.bias`, [outputs], bias);
  return { weight: w, bias: b, apply: (x) => linear(x, w, b) };
}

export interface EmbeddingLayer extends Layer {
  /** [count, width]; as an output layer's weight it ties the two. */
  readonly weight: Value;
}

/** Numbers (int32, any shape) below `count` to vectors: one more axis of `width`. Initialiser: default standard normal. */
export function embeddingLayer(graph: Graph, name: string, count: number, width: number, initialiser: Initialiser = normal(0, 1)): EmbeddingLayer {
  const weight = graph.parameter(`${name}.weight`, [count, width], initialiser);
  return { weight, apply: (indices) => rows(weight, indices) };
}

/** Layer normalisation of the last axis, of length `width`. */
export function layerNormLayer(graph: Graph, name: string, width: number, epsilon = 1e-5): Layer {
  const scale = graph.parameter(`${name}.weight`, [width], ones);
  const shift = graph.parameter(`${name}.bias`, [width], zeros);
  return { apply: (x) => layerNorm(x, scale, shift, epsilon) };
}

