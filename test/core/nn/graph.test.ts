import { strict as assert } from 'node:assert';
import { fromBinary } from '@bufbuild/protobuf';
import { Graph, ShapeError, inferenceProgram, ops as op, trainingProgram } from '../../../server/core/nn';
import type { Value } from '../../../server/core/nn';
import { zeros } from '../../../server/core/nn/initialise';
import { ModelProtoSchema } from '../../../server/core/nn/onnx/onnx_pb';
import { LARGE, SMALL, build } from './nets';

const make = (...shapes: (readonly number[])[]): Value[] => {
  const graph = new Graph();
  return shapes.map((shape, k) => graph.parameter(`x${k}`, shape, zeros));
};

describe('graphs of nets', () => {
  it('the same calls give the same bytes', () => {
    for (const size of [SMALL.tf, SMALL.lstm, SMALL.mlp, LARGE.d128]) {
      const bytes = (): Uint8Array => trainingProgram({ loss: build(size, true).loss, adam: { clipNorm: 1 } }).onnx;
      assert.deepEqual(bytes(), bytes());
    }
  });

  it('a file has what its outputs need and nothing else', () => {
    const [x] = make([2]);
    const wanted = op.exp(x);
    op.tanh(x);
    x.graph.input('unused', 'float32', [1]);
    const file = fromBinary(ModelProtoSchema, inferenceProgram({ y: wanted }).onnx);
    assert.deepEqual(file.graph!.node.map(({ opType, output }) => [opType, output]), [['Exp', ['y']]]);
    assert.deepEqual(file.graph!.input.map(({ name }) => name), ['x0']);
  });

  it('the large transformer is a small file', () => {
    const program = trainingProgram({ loss: build(LARGE.d128, true).loss });
    assert.ok(program.onnx.length < 200_000, `${program.onnx.length} bytes`);
  });

  it('a training program tells its inputs, outputs, state and masks', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [4, 2]);
    const weight = graph.parameter('w', [3, 2], zeros);
    const program = trainingProgram({ loss: op.mean(op.dropout(op.linear(x, weight), 0.5, 'drop')), outputs: { square: op.mul(x, x) } });
    assert.deepEqual(program.inputs, [
      { name: 'x', type: 'float32', shape: [4, 2] }, { name: 'drop', type: 'uint8', shape: [4, 3] }, { name: 'learningRate', type: 'float32', shape: [] },
    ]);
    assert.deepEqual(program.outputs, [{ name: 'loss', type: 'float32', shape: [] }, { name: 'square', type: 'float32', shape: [4, 2] }]);
    assert.deepEqual(program.state.map(({ name, next }) => [name, next]).sort(), ['adam.m.w', 'adam.step', 'adam.v.w', 'w'].map((name) => [name, `next.${name}`]));
    assert.deepEqual(program.masks, [{ name: 'drop', shape: [4, 3], rate: 0.5 }]);
  });

  const mistakes: readonly (readonly [string, () => unknown, RegExp])[] = [
    ['add', () => { const [a, b] = make([2, 3], [4]); return op.add(a, b); }, /Add: shapes \[2, 3\] and \[4\] do not broadcast \(axis 1: 3 against 4\)/],
    ['matmul', () => { const [a, b] = make([2, 3], [2, 3]); return op.matmul(a, b); }, /matmul: needs \[\.\.\., n, k\] and \[\.\.\., k, m\]; got \[2, 3\] and \[2, 3\]/],
    ['linear', () => { const [a, b] = make([2, 3], [4, 5]); return op.linear(a, b); }, /linear: needs x \[\.\.\., k\] and weight \[m, k\]/],
    ['reshape', () => op.reshape(make([2, 3])[0], [4, -1]), /reshape: needs as many numbers as \[4, -1\]; got \[2, 3\]/],
    ['concat', () => op.concat(make([2, 3], [3, 3]), 1), /concat: needs equal lengths except along axis 1/],
    ['slice', () => op.slice(make([5])[0], 0, 2, 7), /slice: needs 0 <= start <= end <= 5 and not 2, 7/],
    ['axis', () => op.sum(make([5])[0], { axes: [1] }), /ReduceSum: axis 1 is outside of shape \[5\]/],
    ['heads', () => op.selfAttention(make([2, 3, 12])[0], 3), /a multiple of 3 heads/],
    ['types', () => { const [a] = make([2]); return op.add(a, a.graph.input('i', 'int32', [2])); }, /operands are of type float32 and int32/],
    ['loss of several numbers', () => trainingProgram({ loss: make([2])[0] }), /loss must be a scalar, its shape is \[2\]/],
    ['double precision', () => inferenceProgram({ y: op.exp(new Graph('float64').input('x', 'float64', [2])) }), /double precision/],
    ['one name twice', () => { const [a] = make([2]); return a.graph.input('x0', 'float32', [2]); }, /two tensors named x0/],
    ['rate of dropout', () => op.dropout(make([2])[0], 1, 'm'), /rate 1 is not in|1 is not in \[0, 1\)/],
  ];
  for (const [name, mistake, message] of mistakes) {
    it(`a mistake is named: ${name}`, () => assert.throws(mistake, (error: Error) => message.test(error.message) && (error instanceof ShapeError || !message.source.includes('needs'))));
  }
});
