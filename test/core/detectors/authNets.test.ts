import { strict as assert } from 'node:assert';
import type { AttentionQuery, LstmConfig } from '../../../server/core/detectors/authSequences/nets/config';
import type { LineConfig } from '../../../server/core/detectors/authSequences/nets';
import { lineLosses, lineModel } from '../../../server/core/detectors/authSequences/nets';
import { plainLoss, tokenLosses } from '../../../server/core/detectors/authSequences/nets/net';
import { lstmModel, lstmStates } from '../../../server/core/detectors/authSequences/nets/lstm';
import { encodeTokens, transformer } from '../../../server/core/detectors/authSequences/nets/transformer';
import { gradients } from '../../../server/core/nn/gradient';
import { Graph } from '../../../server/core/nn/graph';
import type { Value } from '../../../server/core/nn/graph';
import { positions } from '../../../server/core/nn/layers';
import { linear, mul } from '../../../server/core/nn/ops';
import { trainingProgram } from '../../../server/core/nn/program';
import { noControl } from '../../../server/core/util/control';
import { mulberry32 } from '../../../server/core/util/rng';
import { authGolden, flat, near, ownName, ownWeights } from '../../support/authGolden';
import { testRuntime } from '../../support/neuralRuntime';
import { Runner, evaluator, needRuntime } from '../nn/run';

const VOCABULARY = 15;
/** One mask token for all, as the golden lines have it. */
const space = { size: VOCABULARY, candidates: () => Int32Array.from({ length: VOCABULARY }, (_, k) => k), mask: () => 4 };

describe('published authentication models', () => {
  const runtime = testRuntime();
  after(() => runtime.dispose());

  for (const masked of [false, true]) {
    const name = masked ? 'transformer_mlm' : 'transformer_causal';
    it(`${name}: logits, losses, gradients and one step of Adam`, async function () {
      needRuntime(this);
      const golden = authGolden(this, name);
      const { layers, model_dim: width, feedforward_dim: feedForward, attention_heads: heads } = golden['config'] as Record<string, number>;
      const config: LineConfig = { kind: 'transformer', masked, layers, width, feedForward, heads, dropout: 0 };
      const weights = ownWeights(golden.params);
      const input = flat(golden['input']), target = flat(golden['target']);
      const lines = (golden['input'] as unknown[]).length, t = input.length / lines;

      const trunk = new Graph();
      const { hidden, output } = encodeTokens(trunk, config, trunk.input('tokens', 'int32', [lines, t]), { vocabulary: VOCABULARY, training: false });
      const [logits] = await (await evaluator(trunk, [linear(hidden, output.weight)]))({ tokens: input, ...weights });
      near(logits, golden['logits'], 'logits');

      // Whole lines for the causal model: its targets are the inputs, one later.
      const at = target.flatMap((token, k) => (token > 0 ? [k] : []));
      const whole = flat((golden['input'] as number[][]).map((line, k) => [...line, (golden['target'] as number[][])[k].at(-1)]));
      const feeds: Record<string, number[]> = masked ? { tokens: input, at, targets: at.map((k) => target[k]) } : { tokens: whole };
      const shape = { vocabulary: VOCABULARY, columns: 10, rows: lines, training: true };
      const net = transformer(new Graph(), config, shape);
      const names = Object.keys(golden.grads);
      const parameters = names.map((of) => net.graph.parameters.find(({ value }) => value.name === ownName(of))!.value);
      const loss = plainLoss(net, true);
      const run = await evaluator(net.graph, [loss, tokenLosses(net, true), ...gradients(loss, parameters)]);
      const [mean, losses, ...grads] = await run({ ...feeds, ...weights });
      near(mean, golden['loss'], 'loss');
      const tokens = golden['token_losses'] as number[][];
      near(losses, masked ? tokens.map((line) => line.filter((x) => x !== 0)) : tokens.map((line) => [0, ...line]), 'token losses');
      names.forEach((of, k) => near(grads[k], golden.grads[of].data, `gradient of ${of}`));

      const trained = transformer(new Graph(), config, shape);
      const program = trainingProgram({ loss: plainLoss(trained, true) });
      const zero = Object.fromEntries(program.state.map((spec) => [spec.name, new Float32Array(spec.shape.reduce((a, b) => a * b, 1))]));
      const runner = await Runner.open(program, { ...zero, ...weights });
      const given = { ...Object.fromEntries(Object.entries(feeds).map(([key, numbers]) => [key, Int32Array.from(numbers)])), learningRate: Float32Array.of(0.01) };
      await runner.run(given);
      near(Float32Array.from((await runner.run(given))['loss'] as Float32Array), golden['loss_after_one_adam_step_lr0.01'], 'loss after a step');
      await runner.close();
    });
  }

  it('transformer_mlm: every token masked in turn', async function () {
    const golden = authGolden(this, 'transformer_mlm');
    const { layers, model_dim: width, feedforward_dim: feedForward, attention_heads: heads } = golden['config'] as Record<string, number>;
    const { tokens, token_losses: expected } = golden['test_each_token_masked'] as Record<string, unknown>;
    const model = lineModel({ kind: 'transformer', masked: true, layers, width, feedForward, heads, dropout: 0.25 }, space, 10);
    near(await lineLosses(model, ownWeights(golden.params), Int32Array.from(flat(tokens)), runtime, noControl), expected, 'token losses');
  });

  for (const name of ['lstm_forward', 'lstm_bidir', 'lstm_attention_fixed', 'lstm_attention_syntax', 'lstm_attention_semantic']) {
    it(`${name}: logits, attention, losses and gradients`, async function () {
      needRuntime(this);
      const golden = authGolden(this, name);
      const { layers: [hidden], embedding_dim: embedding, attention_dim: width, attention_type: query } = golden['config'] as { layers: number[]; embedding_dim: number; attention_dim?: number; attention_type?: AttentionQuery };
      const bidirectional = name === 'lstm_bidir';
      const config: LstmConfig = { kind: 'lstm', bidirectional, embedding, hidden, reference: true, ...(query !== undefined && { attention: { query, width: width! } }) };
      const weights = ownWeights(golden.params);
      const targets = golden['target'] as number[][];
      const whole = (golden['input'] as number[][]).map((line, k) => (bidirectional ? line.slice(1, -1) : [...line, targets[k].at(-1)!]));

      const trunk = new Graph();
      const { states, weights: attention, output } = lstmStates(trunk, config, trunk.input('tokens', 'int32', [3, bidirectional ? 10 : 9]), VOCABULARY);
      const tokens = flat(whole.map((line) => (bidirectional ? line : line.slice(0, -1))));
      const [logits, attended] = await (await evaluator(trunk, [linear(states, output.weight, output.bias), ...(attention ? [attention] : [])]))({ tokens, ...weights });
      near(logits, golden['logits'], 'logits');
      if (attention) near(attended, golden['attention'], 'attention');

      const net = lstmModel(new Graph(), config, { vocabulary: VOCABULARY, columns: 10, rows: 3, training: true });
      const loss = plainLoss(net, true);
      const parameter = (of: string): Value => net.graph.parameters.find(({ value }) => value.name === of)!.value;
      const run = await evaluator(net.graph, [loss, tokenLosses(net, true), ...gradients(loss, [parameter('forward.recurrent'), parameter('words.weight')])]);
      const [mean, losses, recurrent, embeddings] = await run({ tokens: flat(whole), ...weights });
      near(mean, golden['loss'], 'loss');
      const expected = golden['token_losses'] as number[][] | undefined;
      if (expected) near(losses, bidirectional ? expected : expected.map((line) => [0, ...line]), 'token losses');
      if (golden['grad_emb'] === undefined) return;
      near(recurrent, golden['grad_lstm_w_hh'], 'gradient of the recurrent weights');
      near(embeddings, golden['grad_emb'], 'gradient of the embedding');
    });
  }

  it('attention adds the states that it weighs, unless it is to be as published', async function () {
    needRuntime(this);
    for (const query of ['fixed', 'syntax', 'semantic'] as const) {
      const graph = new Graph();
      const { states, weights } = lstmStates(graph, { kind: 'lstm', bidirectional: false, embedding: 4, hidden: 3, attention: { query, width: 2 } }, graph.input('tokens', 'int32', [2, 5]), VOCABULARY);
      const rng = mulberry32(1);
      const drawn = Object.fromEntries(graph.parameters.map(({ value, initialiser }) => [value.name, initialiser(value.shape, rng)]));
      const [all, attention] = await (await evaluator(graph, [states, weights!]))({ ...drawn, tokens: [5, 6, 7, 8, 9, 9, 8, 7, 6, 5] });
      for (let line = 0; line < 2; line++) for (let i = 0; i < 5; i++) for (let unit = 0; unit < 3; unit++) {
        const share = (j: number): number => attention[(line * 5 + i) * 5 + j];
        const expected = [0, 1, 2, 3, 4].reduce((sum, j) => sum + share(j) * all[(line * 5 + j) * 6 + unit], 0);
        assert.ok(Math.abs(all[(line * 5 + i) * 6 + 3 + unit] - expected) < 1e-5);
        assert.ok([0, 1, 2, 3, 4].every((j) => j <= i || share(j) === 0));
      }
    }
  });

  it('positional_encoding: sines and cosines', async function () {
    needRuntime(this);
    const golden = authGolden(this, 'positional_encoding');
    const graph = new Graph();
    const d = golden['d_model'] as number, expected = golden['pe'] as number[][];
    const [got] = await (await evaluator(graph, [mul(positions(graph, expected.length, d), graph.input('one', 'float32', []))]))({ one: [1] });
    near(got, expected, 'positions');
  });
});
