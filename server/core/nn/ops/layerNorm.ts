import type { Value } from '../graph';
import { need, sizeOf } from '../shapes';
import { add, cast, mul, sub } from './arithmetic';
import { unbroadcast } from './basics';
import { gemm } from './matmul';
import { reshape } from './shape';

/**
 * Normalises the last axis to mean 0 and variance 1 (plus epsilon), then scales and shifts (Ba et al. 2016). x [..., d], scale and shift [d].
 * Forward is ONNX's fused operator with scale 1, whose result the gradient needs anyway; row sums of the gradient are products with a vector, several times as fast as reductions.
 */
export function layerNorm(x: Value, scale: Value, shift: Value, epsilon = 1e-5): Value {
  const d = x.shape.at(-1) ?? 0;
  need(d > 0 && scale.shape.length === 1 && scale.shape[0] === d && shift.shape.length === 1 && shift.shape[0] === d, 'layerNorm', 'x [..., d] with scale and shift [d]', x.shape, scale.shape, shift.shape);
  const { graph, type } = x;
  const n = sizeOf(x.shape) / d;
  const one = graph.untaped(() => graph.constant(new Array<number>(d).fill(1), [d], type));
  const flat = reshape(x, [n, d]);
  let unit: Value;
  let inverse: Value;
  const [y] = graph.differentiable(
    [flat, scale, shift],
    () => {
      [unit, , inverse] = graph.emit('LayerNormalization', [flat, one], [{ type, shape: [n, d] }, { type: 'float32', shape: [n, 1] }, { type: 'float32', shape: [n, 1] }], { axis: { int: -1 }, epsilon: { float: epsilon } });
      return [add(mul(unit, scale), shift)];
    },
    ([g]) => {
      if (g === undefined) return [];
      const aligned = mul(g, unit);
      const weights = mul(reshape(scale, [d, 1]), 1 / d);
      const along = gemm(aligned, weights);
      const level = gemm(g, weights);
      const rest = sub(sub(mul(g, scale), mul(unit, along)), level);
      return [mul(rest, cast(inverse, type)), unbroadcast(aligned, [d]), unbroadcast(g, [d])];
    },
  );
  return reshape(y, x.shape);
}
