import { strict as assert } from 'node:assert';
import * as fs from 'node:fs';
import type { ModelConfig } from '../../../server/core/detectors/authSequences/nets/config';
import { REFERENCE } from '../../../server/core/detectors/authSequences/nets/config';
import { contextCall } from '../../../server/core/detectors/authSequences/nets/contextFeeds';
import { linesByUser, planLanes } from '../../../server/core/detectors/authSequences/nets/lanes';
import { buildNet, lineModel, readsContext } from '../../../server/core/detectors/authSequences/nets/lineModel';
import { plainLoss, tokenLosses } from '../../../server/core/detectors/authSequences/nets/net';
import { lineLosses } from '../../../server/core/detectors/authSequences/nets/scoring';
import { parameterCount } from '../../../server/core/detectors/authSequences/nets/weights';
import { linear } from '../../../server/core/nn/ops';
import { noControl } from '../../../server/core/util/control';
import { authGolden, flat, near, ownWeights } from '../../support/authGolden';
import { testRuntime } from '../../support/neuralRuntime';
import { needShared } from '../../support/shared';
import { evaluator, needRuntime } from '../nn/run';

/** A vocabulary of so many tokens that may stand anywhere. */
const anyTokens = (size: number) => ({ size, candidates: () => Int32Array.from({ length: size }, (_, k) => k), mask: () => 4 });

/** Golden tokens [step][user][position] as lines in the order of time, and their users. */
function linesOf(golden: Record<string, unknown>): { readonly tokens: Int32Array; readonly users: number[] } {
  const steps = golden['tokens_step_user_pos'] as number[][][];
  return { tokens: Int32Array.from(flat(steps)), users: steps.flatMap((step) => step.map((_, user) => user)) };
}

describe('published authentication models that read context', () => {
  const runtime = testRuntime();
  after(() => runtime.dispose());

  for (const name of ['tiered_lstm', 'tiered_transformer']) {
    it(`${name}: logits, losses, what it remembers and the loss that follows`, async function () {
      needRuntime(this);
      const golden = authGolden(this, name);
      const c = golden['config'] as Record<string, number>, of = golden['config'] as Record<string, number[]>;
      const config: ModelConfig = name === 'tiered_lstm'
        ? { kind: 'tieredLstm', embedding: c['embedding_dim'], hidden: of['layers'][0], context: of['context_layers'][0], steps: 3 }
        : { kind: 'tieredTransformer', layers: c['layers'], width: c['model_dim'], feedForward: c['feedforward_dim'], heads: c['heads'], dropout: 0.1, window: c['shift_window'], steps: 3 };
      const model = lineModel(config, anyTokens(15));
      assert.ok(readsContext(model));
      const weights = ownWeights(golden.params);
      const { tokens, users } = linesOf(golden);
      // The same lines twice over, as the golden values have it: the second time what is remembered counts.
      const twice = { tokens: Int32Array.from([...tokens, ...tokens]), users: [...users, ...users] };
      const lines = linesByUser(twice.users), plan = planLanes(lines, 2, 3);
      const net = buildNet(model, 2, false);
      const memory = net.memory!;
      const [{ hidden, output }] = net.heads;
      const run = await evaluator(net.graph, [linear(hidden, output.weight, output.bias), tokenLosses(net, false), plainLoss(net, false), ...memory.map(({ next }) => next)]);
      let kept: Record<string, ArrayLike<number>> = Object.fromEntries(memory.map(({ value }) => [value.name, new Float32Array(value.shape.reduce((a, b) => a * b))]));
      const calls: Float64Array[][] = [];
      for (let call = 0; call < plan.calls; call++) {
        calls.push(await run({ ...(contextCall(config as typeof model.config, twice.tokens, 10, lines, plan, 2, call).feeds as Record<string, Float32Array>), ...kept, ...weights }));
        kept = Object.fromEntries(memory.map(({ value }, k) => [value.name, calls[call][3 + k]]));
      }
      assert.equal(plan.calls, 2);
      near(calls[0][0], golden['logits'] ?? golden['logits_call1'], 'logits');
      near(calls[0][2], golden['loss'], 'loss');
      near(calls[1][2], golden['loss_call2_with_state'] ?? golden['loss_call2'], 'loss of the second call');
      const saved = (golden['saved_state_after_call1'] ?? golden['history_after_call1']) as Record<string, number[][][]>;
      const remembered = (user: number): number[] => calls[0].slice(3).flatMap((all) => Array.from(all.subarray((user * all.length) / 2, ((user + 1) * all.length) / 2)));
      Object.values(saved).forEach((state, user) => near(remembered(user), state, `what is remembered of user ${user}`));

      const expected = Float64Array.from(calls.flatMap((call) => Array.from(call[1])));
      near(await lineLosses(model, weights, twice.tokens, runtime, noControl, { users: twice.users }), Array.from(expected), 'line losses');
    });
  }

  it('multiline_transformer: logits and losses, also where lines are missing before the first', async function () {
    needRuntime(this);
    const golden = authGolden(this, 'multiline_transformer');
    const { layers, feedforward_dim: feedForward, model_dim: width, heads, shift_window: window } = golden['config'] as Record<string, number>;
    const weights = ownWeights(golden.params);
    const model = lineModel({ kind: 'multiLine', layers, width, feedForward, heads, dropout: 0.25, window, steps: 3 }, anyTokens(15));
    const net = buildNet(model, 2, false);
    const [{ hidden, output }] = net.heads;
    const run = await evaluator(net.graph, [linear(hidden, output.weight), tokenLosses(net, false), plainLoss(net, false)]);
    const byStep = <T>(values: readonly (readonly T[])[]): T[] => values[0].flatMap((_, step) => values.map((of) => of[step]));
    const target = golden['target'] as number[][][];
    const [logits, losses, loss] = await run({ tokens: flat(golden['input']), present: flat(golden['mask']), targets: flat(byStep(target)), ...weights });
    near(logits, byStep(golden['logits'] as number[][][]), 'logits');
    near(loss, golden['loss'], 'loss');
    near(Array.from({ length: 6 }, (_, row) => losses.subarray(row * 10, row * 10 + 10).reduce((a, b) => a + b) / 10), byStep(golden['line_losses'] as number[][]), 'line losses');
  });

  it('parameters: as many as the published models have, with every vocabulary', function () {
    const path = needShared(this, 'golden/auth-sequence/param_counts.json');
    const { vocab_sizes: sizes, default_config_parameter_counts: counts } = JSON.parse(fs.readFileSync(path, 'utf8')) as Record<string, Record<string, number>>;
    const configs: Record<string, ModelConfig> = {
      lstm: REFERENCE.lstm, bilstm: REFERENCE.bidirectionalLstm, transformer: REFERENCE.transformer, 'tiered-lstm': REFERENCE.tieredLstm,
      'tiered-transformer': { ...REFERENCE.tieredTransformer, window: 2 }, 'multiline-transformer': { ...REFERENCE.multiLine, window: 2, steps: 1 },
    };
    for (const [name, count] of Object.entries(counts)) {
      const [kind, vocabulary] = name.split(' ');
      assert.equal(parameterCount(lineModel(configs[kind], anyTokens(sizes[vocabulary]))), count, name);
    }
  });
});
