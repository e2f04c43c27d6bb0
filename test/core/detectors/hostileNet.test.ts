import * as assert from 'node:assert/strict';
import { authSequences } from '../../../server/core/detectors/authSequences';
import type { AuthSequencesModel } from '../../../server/core/detectors/authSequences/model';
import { readModel, writeModel } from '../../../server/core/detectors/scoring/modelFile';
import { NeuralError } from '../../../server/core/nn/runtime';
import { inputOf, seedOf } from '../../fuzz/target';
import { authModels, hostileNets } from '../../fuzz/targets/authModels';
import { ordinaryEvents, scoreAuth } from '../../support/authEvents';
import { tableOf } from '../../support/flows';
import { testRuntime } from '../../support/neuralRuntime';
import { origin } from '../../support/models';
import { linearState, linearStep } from '../../support/linearProgram';
import { needRuntime } from '../nn/run';

describe('nets of model files with any weights', function () {
  this.timeout(60_000);
  const runtime = testRuntime({ threads: 1 });
  before(() => runtime.open(linearStep, linearState));
  after(() => runtime.dispose());
  const table = tableOf(ordinaryEvents(40, 0, 3));

  async function scored(model: AuthSequencesModel): Promise<void> {
    try {
      const scores = await scoreAuth(model, table, runtime);
      assert.ok(scores.raw.every((raw) => !Number.isNaN(raw)));
      for (const [row, raw] of scores.raw.entries()) if (raw > -Infinity && row % 10 === 0) scores.explain(row);
    } catch (error) {
      assert.ok(error instanceof NeuralError, String(error));
    }
  }

  for (const [name, model] of hostileNets()) {
    it(`${name}: weights as large as they can be are scored with, or end with a message`, async function () {
      needRuntime(this);
      const loaded = readModel(writeModel(authSequences as never, model, { ...origin, detector: 'authSequences' }));
      if ('fault' in loaded) assert.fail(loaded.fault);
      await scored(loaded.model as AuthSequencesModel);
    });
  }

  it('damaged ones that are accepted are, too', async function () {
    needRuntime(this);
    let found = 0;
    for (let n = 0; n < 600 && found < 12; n++) {
      const loaded = readModel(inputOf(authModels, seedOf(authModels, 5, n)));
      if ('fault' in loaded || !(loaded.model as AuthSequencesModel).net) continue;
      found++;
      await scored(loaded.model as AuthSequencesModel);
    }
    assert.ok(found > 3, `${found}`);
  });
});
