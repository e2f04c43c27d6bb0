import { Graph } from '../../../server/core/nn/graph';
import type { Value } from '../../../server/core/nn/graph';
import { zeros } from '../../../server/core/nn/initialise';
import { positions } from '../../../server/core/nn/layers';
import * as op from '../../../server/core/nn/ops';
import type { Tensors } from '../../../server/core/nn/runtime';

/** The nets of the engine's reference fixtures and benchmark: weights and data come from one linear congruential generator, so that every engine has the same. */
export interface TransformerSize { readonly kind: 'tf'; readonly V: number; readonly d: number; readonly ff: number; readonly H: number; readonly L: number; readonly T: number; readonly B: number }
export interface LstmSize { readonly kind: 'lstm'; readonly V: number; readonly d: number; readonly h: number; readonly T: number; readonly B: number }
export interface MlpSize { readonly kind: 'mlp'; readonly F: number; readonly W: readonly number[]; readonly C: number; readonly B: number }
export type NetSize = TransformerSize | LstmSize | MlpSize;

const tf = (d: number): TransformerSize => ({ kind: 'tf', V: 3000, d, ff: 512, H: 4, L: 4, T: 12, B: 256 });
export const SMALL: Readonly<Record<string, NetSize>> = {
  tf: { kind: 'tf', V: 50, d: 16, ff: 32, H: 2, L: 2, T: 6, B: 4 },
  lstm: { kind: 'lstm', V: 50, d: 16, h: 16, T: 6, B: 4 },
  mlp: { kind: 'mlp', F: 7, W: [16, 16, 16, 8], C: 3, B: 12 },
};
export const LARGE: Readonly<Record<string, NetSize>> = {
  d64: tf(64), d128: tf(128), d256: tf(256),
  h128: { kind: 'lstm', V: 3000, d: 128, h: 128, T: 12, B: 256 },
  mlp: { kind: 'mlp', F: 113, W: [256, 256, 256, 128], C: 10, B: 1024 },
};

/** Numbers in [-1, 1) of the generator with 32 bits of state. */
export function lcg(n: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  });
}

interface Weight { readonly name: string; readonly shape: readonly number[]; readonly scale: number; readonly offset?: number }

function weightsOf(net: NetSize): Weight[] {
  const root = (n: number): number => 1 / Math.sqrt(n);
  if (net.kind === 'tf') {
    const { V, d, ff, L } = net;
    const layer = (l: number): Weight[] => [
      { name: `l${l}.wqkv`, shape: [3 * d, d], scale: root(d) }, { name: `l${l}.bqkv`, shape: [3 * d], scale: 0.05 },
      { name: `l${l}.wo`, shape: [d, d], scale: root(d) }, { name: `l${l}.bo`, shape: [d], scale: 0.05 },
      { name: `l${l}.g1`, shape: [d], scale: 0.1, offset: 1 }, { name: `l${l}.b1`, shape: [d], scale: 0.1 },
      { name: `l${l}.w1`, shape: [ff, d], scale: root(d) }, { name: `l${l}.c1`, shape: [ff], scale: 0.05 },
      { name: `l${l}.w2`, shape: [d, ff], scale: root(ff) }, { name: `l${l}.c2`, shape: [d], scale: 0.05 },
      { name: `l${l}.g2`, shape: [d], scale: 0.1, offset: 1 }, { name: `l${l}.b2`, shape: [d], scale: 0.1 },
    ];
    return [{ name: 'emb', shape: [V, d], scale: root(d) }, ...Array.from({ length: L }, (_, l) => layer(l)).flat()];
  }
  if (net.kind === 'lstm') {
    const { V, d, h } = net;
    const scale = root(h);
    return [
      { name: 'emb', shape: [V, d], scale: 0.5 }, { name: 'wih', shape: [4 * h, d], scale }, { name: 'whh', shape: [4 * h, h], scale }, { name: 'bih', shape: [4 * h], scale },
      { name: 'bhh', shape: [4 * h], scale }, { name: 'wout', shape: [V, h], scale }, { name: 'bout', shape: [V], scale },
    ];
  }
  const { F, W, C } = net;
  const layer = (part: string, outputs: number, inputs: number): Weight[] => [{ name: `w${part}`, shape: [outputs, inputs], scale: Math.sqrt(3 / inputs) }, { name: `b${part}`, shape: [outputs], scale: 0.05 }];
  return [...layer('0', W[0], F), ...layer('1a', W[1], W[0]), ...layer('1b', W[1], W[0]), ...layer('2a', W[2], W[1]), ...layer('2b', W[2], W[1]), ...layer('3', W[3], W[2]), ...layer('4', C, W[3])];
}

/** First weights by name. */
export function firstWeights(net: NetSize): Record<string, Float32Array> {
  const specs = weightsOf(net);
  const size = ({ shape }: Weight): number => shape.reduce((a, b) => a * b, 1);
  const u = lcg(specs.reduce((n, spec) => n + size(spec), 0), 12345);
  let at = 0;
  return Object.fromEntries(specs.map((spec) => {
    const part = u.subarray(at, (at += size(spec)));
    return [spec.name, part.map((x) => Math.fround(Math.fround(x * Math.fround(spec.scale)) + Math.fround(spec.offset ?? 0)))];
  }));
}

const below = (u: Float32Array, span: number, first: number, last: number): Int32Array => Int32Array.from(u, (x) => Math.min(Math.floor(((x + 1) / 2) * span) + first, last));

/** Feeds of batch k. */
export function batch(net: NetSize, k = 0): Tensors {
  if (net.kind === 'tf') {
    const y = below(lcg(net.B * net.T, 777 + k), net.V - 5, 5, net.V - 1);
    const u = lcg(y.length, 999 + k);
    return { x: y.map((token, at) => (u[at] < -0.5 ? 4 : token)), y };
  }
  if (net.kind === 'lstm') {
    const all = below(lcg(net.B * (net.T + 1), 777 + k), net.V - 5, 5, net.V - 1);
    const width = net.T + 1;
    return { x: all.filter((_, at) => at % width !== net.T), y: all.filter((_, at) => at % width !== 0) };
  }
  const { B, F, C } = net;
  const unit = (seed: number): Float32Array => lcg(2 * B, seed).map((x) => (x + 1) / 2);
  return { x: lcg(B * F, 555 + k), y: below(lcg(B, 556 + k), C, 0, C - 1), alpha: unit(557 + k), beta: unit(558 + k) };
}

export interface Net {
  readonly graph: Graph;
  /** Mean loss of a batch, for training. */
  readonly loss: Value;
  /** What inference gives: loss of every position, or logits. */
  readonly score: Value;
}

/** Builds one of the nets for training or for inference. */
export function build(net: NetSize, training: boolean, graph = new Graph()): Net {
  const p = Object.fromEntries(weightsOf(net).map(({ name, shape }) => [name, graph.parameter(name, shape, zeros)]));
  const losses = training ? op.trainingLoss : op.outputLoss;
  if (net.kind === 'tf') {
    const { B, T, d } = net;
    const x = graph.input('x', 'int32', [B, T]);
    const y = graph.input('y', 'int32', [B, T]);
    let h = op.reshape(op.add(op.mul(op.rows(p.emb, x), Math.sqrt(d)), positions(graph, T, d)), [B * T, d]);
    for (let l = 0; l < net.L; l++) {
      const w = (name: string): Value => p[`l${l}.${name}`];
      const [weights, biases] = [op.split(w('wqkv'), [d, d, d], 0), op.split(w('bqkv'), [d, d, d], 0)];
      const [q, k, v] = weights.map((weight, at) => op.reshape(op.linear(h, weight, biases[at]), [B, T, d]));
      const attended = op.linear(op.reshape(op.headAttention(q, k, v, net.H), [B * T, d]), w('wo'), w('bo'));
      const middle = op.layerNorm(op.add(h, attended), w('g1'), w('b1'));
      const inner = op.relu(op.linear(middle, w('w1'), w('c1')));
      h = op.layerNorm(op.add(middle, op.linear(inner, w('w2'), w('c2'))), w('g2'), w('b2'));
    }
    const score = losses(h, { weight: p.emb }, op.reshape(y, [B * T]));
    return { graph, score, loss: op.mean(score) };
  }
  if (net.kind === 'lstm') {
    const { B, T } = net;
    const x = graph.input('x', 'int32', [B, T]);
    const y = graph.input('y', 'int32', [B, T]);
    const { steps } = op.lstm(op.rows(p.emb, op.swapFirst(x)), { input: p.wih, recurrent: p.whh, inputBias: p.bih, recurrentBias: p.bhh });
    const score = losses(op.reshape(steps, [T * B, net.h]), { weight: p.wout, bias: p.bout }, op.reshape(op.swapFirst(y), [T * B]));
    return { graph, score, loss: op.mean(score) };
  }
  const { B, F } = net;
  const x = graph.input('x', graph.float, [B, F]);
  const branch = (h: Value, name: string): Value => op.selu(op.linear(h, p[`w${name}`], p[`b${name}`]));
  const draws = (name: string): Value[] => op.split(graph.input(name, graph.float, [2, B, 1]), [1, 1], 0).map((part) => op.reshape(part, [B, 1]));
  const [alpha, beta] = training ? [draws('alpha'), draws('beta')] : [[], []];
  let h = branch(x, '0');
  for (const i of [1, 2]) {
    const [a, b] = [branch(h, `${i}a`), branch(h, `${i}b`)];
    h = op.add(h, training ? op.shakeShake(a, b, alpha[i - 1], beta[i - 1]) : op.mul(op.add(a, b), 0.5));
  }
  const z = op.tanh(op.linear(h, p.w3, p.b3));
  const logits = op.linear(z, p.w4, p.b4);
  if (!training) return { graph, score: logits, loss: logits };
  const n = B / 2;
  const y = op.slice(graph.input('y', 'int32', [B]), 0, 0, n);
  const ce = op.mean(op.crossEntropy(op.slice(logits, 0, 0, n), y));
  const [za, zb] = op.split(z, [n, n], 0);
  return { graph, score: logits, loss: op.add(ce, op.mul(momentDiscrepancy(za, zb, 5), 0.5)) };
}

/** Central moment discrepancy (Zellinger et al. 2017) of two sets of rows. */
function momentDiscrepancy(a: Value, b: Value, moments: number): Value {
  const norm = (v: Value): Value => op.sqrt(op.add(op.sum(op.mul(v, v)), 1e-8));
  const over = { axes: [0] };
  const [ma, mb] = [op.mean(a, over), op.mean(b, over)];
  const [ca, cb] = [op.sub(a, ma), op.sub(b, mb)];
  let [pa, pb] = [ca, cb];
  let total = norm(op.sub(ma, mb));
  for (let k = 2; k <= moments; k++) {
    [pa, pb] = [op.mul(pa, ca), op.mul(pb, cb)];
    total = op.add(total, norm(op.sub(op.mean(pa, over), op.mean(pb, over))));
  }
  return total;
}
