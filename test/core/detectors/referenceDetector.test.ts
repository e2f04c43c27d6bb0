import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { scoreRows } from '../../../server/core/detectors/score';
import { stateFrequency } from '../../../server/core/detectors/stateFrequency';
import { readModel, writeModel } from '../../../server/core/detectors/scoring/modelFile';
import { lastRows, slidingWindows } from '../../../server/core/symbols/windows';
import { noControl } from '../../../server/core/util/control';
import { flowsOfLog } from '../../support/capture';
import { encodedRows, learnFrom, origin } from '../../support/models';
import { needShared } from '../../support/shared';

interface Window { readonly rows: readonly number[]; readonly score: number; readonly rootCause: string }

/** The windows of SEQUENT's own output: the rows of each, its score and its root cause. */
function goldenWindows(file: string, windows: ReturnType<typeof slidingWindows>): Window[] {
  return fs.readFileSync(file, 'utf8').trim().split('\n').slice(1).map((line, w) => {
    const [, sum, rootCause] = /\]"?,([^,]*),([^,]*),[^,]*,[^,]*$/.exec(line) as unknown as [string, string, string];
    return { rows: [...windows.rows.subarray(windows.offsets[w], windows.offsets[w + 1])], score: Number(sum), rootCause };
  });
}

describe('SEQUENT through the detector: learned, saved, loaded, scored', () => {
  for (const scale of ['exact', 'small'] as const) {
    it(`gives every row the worst of its windows, and that one's root cause (${scale} settings)`, function () {
      const folder = needShared(this, 'golden/sequent');
      const read = (name: string): ReturnType<typeof flowsOfLog> => flowsOfLog(fs.readFileSync(path.join(folder, name)));
      const learned = learnFrom(read('train.csv'), { reference: true, referenceModel: 'sm', referenceScale: scale });
      const loaded = readModel(writeModel(stateFrequency as never, learned, origin));
      assert.ok(!('fault' in loaded), JSON.stringify(loaded));
      const model = loaded.model as typeof learned;
      assert.ok(model.kind === 'reference');
      const test = read('test.csv'), rows = encodedRows(model, test), scores = scoreRows(stateFrequency, model, rows, noControl);
      const windows = slidingWindows(rows.entity, rows.entityCount, model.sequent.settings.windows);
      const golden = goldenWindows(path.join(folder, `out_${scale}`, 'sm.predictions.csv'), windows);
      assert.equal(golden.length, lastRows(windows).length);

      const worst = new Map<number, Window>();
      for (const window of golden) for (const row of window.rows) if (window.score > (worst.get(row)?.score ?? -Infinity)) worst.set(row, window);
      for (let row = 0; row < rows.rowCount; row++) {
        const window = worst.get(row);
        if (!window) {
          assert.equal(scores.raw[row], -Infinity);
          continue;
        }
        assert.equal(scores.raw[row], Math.fround(window.score), `row ${row}`);
        if (row % 97 !== 0) continue;
        const { parts, message } = scores.explain(row);
        assert.ok(Math.abs(parts.reduce((sum, part) => sum + part.value, 0) - window.score) < 1e-9);
        // Windows of one score are equal in all but their place; the first of them is the one that is told.
        const causes = golden.filter((g) => Math.fround(g.score) === scores.raw[row] && g.rows.includes(row)).map((g) => g.rootCause);
        assert.ok(causes.includes(/above all state (-?\d+)/.exec(message)?.[1] ?? ''), message);
      }
      assert.equal(scores.notes.length, worst.size < rows.rowCount ? 1 : 0);
    });
  }
});
