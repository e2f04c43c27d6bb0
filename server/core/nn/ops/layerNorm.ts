import type { Value } from '../graph';
import { need, sizeOf } from '../shapes';
import { cast, mul, sub } from './arithmetic';
import { columnSums, filled, integers, node } from './basics';
import { gemm } from './matmul';
import { reshape } from './shape';

/**
 * Normalises the last axis to mean 0 and variance 1 (plus epsilon), then scales and shifts (Ba et al. 2016). x [..., d], scale and shift [d].
 * Forward is ONNX's fused operator; the gradient runs it once more with scale 1, which costs less than normalising and scaling apart.
 * The sum of gradient, result and scale over a row is a product with a vector, in which their product need not be stored.
 */
export function layerNorm(x: Value, scale: Value, shift: Value, epsilon = 1e-5): Value {
  const d = x.shape.at(-1) ?? 0;
  need(d > 0 && scale.shape.length === 1 && scale.shape[0] === d && shift.shape.length === 1 && shift.shape[0] === d, 'layerNorm', 'x [..., d] with scale and shift [d]', x.shape, scale.shape, shift.shape);
  const { graph, type } = x;
  const n = sizeOf(x.shape) / d;
  const flat = reshape(x, [n, d]);
  const attributes = { axis: { int: -1 }, epsilon: { float: epsilon } };
  const [y] = graph.differentiable(
    [flat, scale, shift],
    () => [node(graph, 'LayerNormalization', [flat, scale, shift], [n, d], attributes)],
    ([g]) => {
      if (g === undefined) return [];
      const outputs = [{ type, shape: [n, d] }, { type: 'float32', shape: [n, 1] }, { type: 'float32', shape: [n, 1] }] as const;
      const [unit, , inverse] = graph.emit('LayerNormalization', [flat, filled(graph, 1, [d], type)], outputs, attributes);
      const aligned = mul(g, unit);
      const scaled = mul(g, scale);
      const along = gemm(aligned, mul(reshape(scale, [d, 1]), 1 / d));
      const level = node(graph, 'ReduceMean', [scaled, integers(graph, [1])], [n, 1], { keepdims: { int: 1 } });
      const rest = sub(sub(scaled, mul(unit, along)), level);
      return [mul(rest, cast(inverse, type)), columnSums(aligned), columnSums(g)];
    },
  );
  return reshape(y, x.shape);
}
