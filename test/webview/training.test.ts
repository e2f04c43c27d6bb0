import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Training, TrainingCurve } from '../../server/protocol/training';
import { lossAxis, stepAxis } from '../../webview/training/axis';
import { best, csvOf, nearest, pointsOf, smoothed } from '../../webview/training/points';
import { initial, isSaved } from '../../webview/training/saved';
import { TimeLeft } from '../../webview/training/timeLeft';
import { choices, factsOf, lossText, pointText, stateSentence, tickText } from '../../webview/training/words';

const curve = (steps: number[], losses: number[], validationSteps: number[] = [], validationLosses: number[] = []): TrainingCurve => ({ steps: Uint32Array.from(steps), losses: Float32Array.from(losses), validationSteps: Uint32Array.from(validationSteps), validationLosses: Float32Array.from(validationLosses) });
const training = (part: Partial<Training>): Training => ({ id: 1, state: 'running', text: '', detector: 'A net', done: 600, planned: 1000, curve: curve([300, 600], [2, 1.5], [500, 600], [1.75, 1.8]), ...part });

describe('training page: points', () => {
  it('puts both curves together by step, with NaN where one has no point', () => {
    const { steps, losses, validations } = pointsOf(curve([1, 2, 10], [3, 2, 1], [2, 5], [2.5, 1.5]));
    assert.deepEqual([[...steps], [...losses], [...validations]], [[1, 2, 5, 10], [3, 2, NaN, 1], [NaN, 2.5, 1.5, NaN]]);
  });

  it('every loss of either curve is there, at its step, whatever the steps', () => {
    const ascending = fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 40 }).map((all) => all.sort((a, b) => a - b));
    fc.assert(fc.property(ascending, ascending, (a, b) => {
      const { steps, losses, validations } = pointsOf(curve(a, a.map((step) => step / 2), b, b.map((step) => step * 2)));
      const expected = Array.from({ length: 201 }, (_, step) => step).filter((step) => a.includes(step) || b.includes(step));
      assert.deepEqual([...steps], expected);
      expected.forEach((step, i) => assert.deepEqual([losses[i], validations[i]], [a.includes(step) ? step / 2 : NaN, b.includes(step) ? step * 2 : NaN]));
    }), { seed: 3, endOnFailure: true });
  });

  it('finds the nearest point, as looking at all does', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 60 }), fc.double({ min: -10, max: 600, noNaN: true }), (all, step) => {
      const points = pointsOf(curve(all.sort((a, b) => a - b), all.map(() => 1))), at = nearest(points, step);
      assert.equal(Math.abs(points.steps[at] - step), Math.min(...all.map((one) => Math.abs(one - step))));
    }), { seed: 4, endOnFailure: true });
    assert.equal(nearest(pointsOf(curve([], [])), 5), -1);
  });

  it('the best is the first least one; none of nothing', () => {
    assert.deepEqual([best(Float32Array.of(NaN, 3, 2, NaN, 2, 4)), best(new Float32Array(0)), best(Float32Array.of(NaN))], [2, -1, -1]);
  });

  it('smooths by means of neighbours, as adding them up does', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 50 }), fc.integer({ min: 0, max: 6 }), (losses, radius) => {
      const out = smoothed(Float32Array.from(losses), radius);
      losses.forEach((_, i) => {
        const near = losses.slice(i - Math.min(radius, i), i + Math.min(radius, i) + 1);
        assert.ok(Math.abs(out[i] - near.reduce((a, b) => a + b, 0) / near.length) < 1e-4);
      });
    }), { seed: 5, endOnFailure: true });
  });

  it('is written as a table', () => assert.equal(csvOf(pointsOf(curve([1, 2], [0.5, 0.25], [2], [0.75]))), 'step,training_loss,held_back_loss\n1,0.5,\n2,0.25,0.75\n'));
});

describe('training page: axes', () => {
  it('round steps within the axis, no more than asked for and at whole steps', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 10_000_000 }), fc.integer({ min: 3, max: 20 }), (last, most) => {
      const { ticks, to, share } = stepAxis(last, most);
      assert.ok(ticks.length >= 2 || last < 2, String(ticks));
      assert.ok(ticks.length <= most + 1 && ticks.every((tick) => Number.isInteger(tick) && tick >= 0 && tick <= to));
      assert.equal(share(last), 1);
    }), { seed: 6, endOnFailure: true });
    assert.deepEqual(stepAxis(3500, 8).ticks, [0, 500, 1000, 1500, 2000, 2500, 3000, 3500]);
  });

  it('losses of every size have their place between 0 and 1, in order, on both kinds of axis', () => {
    const loss = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    fc.assert(fc.property(loss, loss, fc.constantFrom('linear' as const, 'log' as const), (a, b, kind) => {
      const [least, greatest] = [Math.min(a, b), Math.max(a, b)], { share, ticks, from, to } = lossAxis(least, greatest, kind, 10);
      assert.ok(share(least) >= 0 && share(greatest) <= 1 && share(least) <= share(greatest));
      assert.ok(ticks.every((tick) => tick >= from - 1e-9 * to && tick <= to * (1 + 1e-9)) && ticks.length <= 12, `${ticks.length} ${ticks}`);
      assert.equal(new Set(ticks).size, ticks.length);
    }), { seed: 7, endOnFailure: true });
  });

  it('one loss alone, and losses of 0 or below, can be drawn', () => {
    for (const [least, greatest] of [[2, 2], [0, 0], [0, 3], [-1, 1]] as const) for (const kind of ['linear', 'log'] as const) {
      const { share, ticks } = lossAxis(least, greatest, kind, 10);
      assert.ok([share(least), share(greatest)].every((at) => at >= 0 && at <= 1) && ticks.length > 0, `${least} ${greatest} ${kind}`);
    }
  });

  it('equal ratios have equal length on the axis of logarithms', () => {
    const { share, ticks } = lossAxis(0.1, 100, 'log', 20);
    assert.ok(Math.abs(share(10) - share(1) - (share(1) - share(0.1))) < 1e-9);
    assert.deepEqual(ticks, [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]);
  });
});

describe('training page: time left', () => {
  it('is not known at first, then steps left times time of a step, counted down between steps', () => {
    const left = new TimeLeft();
    left.add(1, 0, 100);
    assert.equal(left.seconds(0, 1000), undefined);
    left.add(1, 1000, 110);
    assert.equal(left.seconds(1000, 1000), undefined, 'too soon');
    left.add(1, 2000, 120);
    assert.equal(left.seconds(2000, 1000), 88);
    assert.equal(left.seconds(4000, 1000), 86);
    assert.equal(left.seconds(2000, 120), undefined, 'all steps are done');
  });

  it('follows a change of speed within a minute or so, and forgets another training', () => {
    const left = new TimeLeft();
    for (let second = 0; second <= 300; second++) left.add(1, second * 1000, second < 200 ? 10 * second : 2000 + (second - 200));
    const seconds = left.seconds(300_000, 2200)!;
    assert.ok(Math.abs(seconds - 100) < 2, String(seconds));
    left.add(2, 301_000, 5);
    assert.equal(left.seconds(301_000, 100), undefined);
  });
});

describe('training page: words', () => {
  it('losses have four digits, axes as few as say something', () => {
    assert.deepEqual([1.53, 0.0621349, 12.34567, 123456, NaN].map(lossText), ['1.530', '0.06213', '12.35', '123K', '–']);
    assert.deepEqual([0.5, 7, 0.0005, 25_000].map(tickText), ['0.5', '7', '0.0005', '25K']);
  });

  it('a loss is a choice among values', () => {
    assert.deepEqual([0, Math.log(4.2), Math.log(300)].map(choices), ['1', '4.2', '300'].map((n) => `that of a choice among ${n} equally likely values`));
  });

  it('says in each state what goes on or what ended it', () => {
    for (const [part, words] of [
      [{ text: 'epoch 2 of 5' }, 'A net: Epoch 2 of 5.'],
      [{ text: '' }, 'A net is being trained.'],
      [{ state: 'finished', done: 1000 }, 'Finished after 1,000 steps. The model is m.safetensors.'],
      [{ state: 'finished', text: 'held-back rows got no better' }, 'Finished early, after 600 of 1,000 steps. Held-back rows got no better. The model is m.safetensors.'],
      [{ state: 'cancelled', text: 'No model was made of it.' }, 'Cancelled after 600 of 1,000 steps. No model was made of it.'],
      [{ state: 'failed', text: 'out of memory' }, 'Failed after 600 of 1,000 steps. Out of memory.'],
      [{ state: 'loaded' }, 'A net, trained before: m.safetensors.'],
    ] as const) assert.equal(stateSentence(training(part), 'm.safetensors'), words);
  });

  it('current numbers, the best of the held-back rows among them; time left only while it runs', () => {
    assert.deepEqual(factsOf(training({}), 95).map((one) => one.join(': ')), ['Steps: 600 of at most 1,000', 'Training loss: 1.500 nats', 'Held-back loss: 1.800 nats', 'Best held-back loss: 1.750 nats, step 500', 'Time left: at most about 1 min 35 s']);
    assert.deepEqual(factsOf(training({ curve: curve([1], [7]) }), undefined).map((one) => one.join(': ')).slice(2), ['Held-back loss: after the first epoch', 'Best held-back loss: –', 'Time left: being estimated']);
    assert.deepEqual(factsOf(training({ state: 'cancelled' }), 3).map(([name]) => name), ['Steps', 'Training loss', 'Held-back loss', 'Best held-back loss']);
    assert.equal(factsOf(training({ done: 1000 }), undefined).at(-1)?.[1], 'about to end');
  });

  it('a point in words', () => {
    const points = pointsOf(training({}).curve);
    assert.deepEqual([0, 1, 2].map((at) => pointText(points, at)), ['Step 300: training 2.000 nats', 'Step 500: held back 1.750 nats (best)', 'Step 600: training 1.500, held back 1.800 nats']);
  });
});

describe('training page: what is kept', () => {
  it('takes back what it kept, and nothing else', () => {
    assert.ok(isSaved(initial) && isSaved({ ...initial, axis: 'log' }));
    for (const other of [null, undefined, {}, { ...initial, axis: 'cubic' }, { ...initial, side: '300' }, { ...initial, table: 1 }]) assert.ok(!isSaved(other), JSON.stringify(other));
  });
});
