import * as assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { GetTraining, type Training } from '../../server/protocol/training';
import { toWire } from '../../server/protocol/wire';
import { becomes, send, tells, told, usePages } from './support';

const facts = async (page: Page): Promise<string> => (await page.locator('.facts').innerText()).replace(/\n+/g, ' ');
const state = (page: Page): Promise<string> => page.locator('.state').innerText();
const button = (page: Page, text: string) => page.locator('vscode-button:visible', { hasText: text });
const asked = async (page: Page): Promise<number> => (await told(page, 'ask')).filter(({ method }) => method === GetTraining.method).length;

/** A net after some of 1,000 steps; held-back rows each 100, best at 300. */
function training(done: number, part: Partial<Training> = {}): Training {
  const steps = Uint32Array.from({ length: done / 10 }, (_, i) => 10 * (i + 1)), validationSteps = Uint32Array.from({ length: Math.floor(done / 100) }, (_, i) => 100 * (i + 1));
  return {
    id: 1, state: 'running', text: `epoch ${1 + Math.floor(done / 100)} of 10`, detector: 'A net', done, planned: 1000, ...part,
    curve: { steps, losses: Float32Array.from(steps, (step) => 1 + 100 / step), validationSteps, validationLosses: Float32Array.from(validationSteps, (step) => 2 + Math.abs(step - 300) / 1000) },
  };
}

describe('training page in a browser', function () {
  this.timeout(60_000);
  const pages = usePages();
  /** A page whose server answers with what `set` was last given, and is told of it. */
  const watching = async (first: Training | null): Promise<{ readonly page: Page; set(next: Training | null): Promise<void> }> => {
    let now = first;
    const page = await pages.open('training');
    await page.route('**/ask*', async (route) => {
      if ((route.request().postDataJSON() as { method: string }).method !== GetTraining.method) return route.fallback();
      await route.fulfill({ json: { result: toWire(now, (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')) } });
    });
    const set = async (next: Training | null): Promise<void> => {
      now = next;
      await send(page, { kind: 'training' });
    };
    await set(first);
    return { page, set };
  };
  /** Whether the canvas has pixels near a colour, in the left or the right half of it. */
  const inked = (page: Page, [r, g, b]: readonly [number, number, number], half: 0 | 1): Promise<boolean> => page.evaluate(([red, green, blue, part]) => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.plot')!, width = canvas.width >> 1, { data } = canvas.getContext('2d')!.getImageData(part * width, 0, width, canvas.height);
    let near = 0;
    for (let i = 0; i < data.length; i += 4) if (Math.abs(data[i] - red) + Math.abs(data[i + 1] - green) + Math.abs(data[i + 2] - blue) < 30) near++;
    return near > 20;
  }, [r, g, b, half] as const);

  it('draws both curves, and says the numbers, the best and what ended it', async () => {
    const page = await pages.open('training');
    await page.locator('.side .row').first().waitFor();
    assert.match(await state(page), /^Finished early, after 3,500 of 4,000 steps\. The loss of held-back rows did not fall for two epochs\. The model is authSequences-3f9a1c\.safetensors\.$/);
    assert.match(await facts(page), /Steps 3,500 of 4,000 Training loss 1\.\d{3} nats Held-back loss 1\.\d{3} nats Best held-back loss 1\.\d{3} nats, step 2,500/);
    for (const half of [0, 1] as const) {
      await becomes(page, 'the training curve', () => inked(page, [86, 180, 233], half), (there) => there);
      await becomes(page, 'the curve of held-back rows', () => inked(page, [230, 159, 0], half), (there) => there);
    }
    assert.match(await page.locator('.legend').innerText(), /Training.*Held-back rows.*best.*Lower is better: the last training loss is that of a choice among 4\.\d equally likely values\./s);
    assert.equal(await button(page, 'Cancel').count(), 0);
  });

  it('grows while a net is trained: steps, losses, progress, time left', async () => {
    const { page, set } = await watching(training(100));
    await becomes(page, 'the first steps', () => facts(page), (text) => text.includes('100 of at most 1,000') && text.includes('being estimated'));
    await page.waitForTimeout(1700);
    await set(training(200));
    await becomes(page, 'more steps and the time left', () => facts(page), (text) => /200 of at most 1,000.*Training loss 1\.500 nats.*Best held-back loss 2\.100 nats, step 200.*Time left at most about \d+/.test(text));
    assert.deepEqual(await page.locator('progress').evaluate((element: HTMLProgressElement) => [element.value, element.max]), [200, 1000]);
    await set(training(500));
    await becomes(page, 'the best', () => facts(page), (text) => /Best held-back loss 2\.000 nats, step 300/.test(text));
    assert.match(await page.locator('.side .row').first().innerText(), /500/);
    assert.match(await state(page), /^A net: Epoch 6 of 10\.$/);
  });

  it('asks one question at a time, however often it is told of a change', async () => {
    const { page } = await watching(training(100));
    await becomes(page, 'the first steps', () => facts(page), (text) => text.includes('100 of'));
    const before = await asked(page);
    for (let i = 0; i < 20; i++) await send(page, { kind: 'training' });
    await page.waitForTimeout(500);
    const more = await asked(page) - before;
    assert.ok(more >= 1 && more < 20, `${more} questions`);
  });

  it('Cancel runs the command, once; a cancelled training says so, keeps its curve and the focus, and can be learned again', async () => {
    const { page, set } = await watching(training(300));
    await button(page, 'Cancel').focus();
    await page.keyboard.press('Enter');
    assert.equal((await tells(page, 'command')).command, 'anomaline.cancel');
    await page.locator('vscode-button[disabled]', { hasText: 'Cancel' }).waitFor();
    await set(training(300, { state: 'cancelled', text: 'No model was made of it.' }));
    await becomes(page, 'the end', () => state(page), (text) => text === 'Cancelled after 300 of 1,000 steps. No model was made of it.');
    assert.equal(await page.evaluate(() => document.activeElement?.className), 'plot');
    assert.equal(await page.locator('progress').isVisible(), false);
    await button(page, 'Learn Again').click();
    await tells(page, 'command', ({ command }) => command === 'anomaline.learn');
    await set(training(100, { id: 2 }));
    await becomes(page, 'Cancel can be pressed again', () => page.locator('vscode-button:visible:not([disabled])', { hasText: 'Cancel' }).count(), (count) => count === 1);
  });

  it('a training that failed says why, and leads to the log', async () => {
    const page = await pages.open('training', { training: 'failed' });
    await becomes(page, 'why', () => state(page), (text) => text === 'Failed after 800 of 4,000 steps. The loss is no number: lower the setting learningRate.');
    await button(page, 'Show Log').click();
    await tells(page, 'command', ({ command }) => command === 'anomaline.showLog');
  });

  it('is worked by keys: from point to point, to the best; the table goes along and back', async () => {
    const page = await pages.open('training'), live = page.locator('body > [role=status]');
    await page.locator('.side .row').first().waitFor();
    await page.locator('canvas.plot').focus();
    await page.keyboard.press('ArrowLeft');
    await becomes(page, 'the last point', () => live.innerText(), (text) => /^Step 3,500: training 1\.\d+, held back 1\.\d+ nats$/.test(text));
    await page.keyboard.press('ArrowLeft');
    await becomes(page, 'the one before', () => live.innerText(), (text) => /^Step 3,496: training/.test(text));
    await page.keyboard.press('b');
    await becomes(page, 'the best', () => live.innerText(), (text) => /^Step 2,500: .* \(best\)$/.test(text));
    await becomes(page, 'its row', () => page.locator('.side .row.active').innerText(), (text) => /2,500[^]*best/.test(text));
    await page.keyboard.press('Home');
    await becomes(page, 'the first', () => live.innerText(), (text) => /^Step 4:/.test(text));
    await page.locator('.side [role=grid]').focus();
    await page.keyboard.press('Home');
    await becomes(page, 'the last row on top', () => page.locator('.side .row.active').innerText(), (text) => text.includes('3,500'));
  });

  it('hovering says the losses of the step', async () => {
    const page = await pages.open('training'), canvas = page.locator('canvas.plot');
    await page.locator('.side .row').first().waitFor();
    const box = (await canvas.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await becomes(page, 'the losses', () => page.locator('.tooltip').innerText(), (text) => /^Step 1,\d{3}: training/.test(text));
    await page.mouse.move(box.x + box.width / 2, box.y - 40);
    await page.locator('.tooltip').waitFor({ state: 'hidden' });
  });

  it('keeps axis and table over a reload, and saves its points as a table', async () => {
    const page = await pages.open('training');
    await page.locator('.side .row').first().waitFor();
    await page.locator('#choice-loss').click();
    await page.locator('#choice-loss vscode-option').nth(1).click();
    await page.locator('button.toggle', { hasText: 'Table' }).click();
    await page.waitForTimeout(600); // it keeps its state a moment later
    await page.reload();
    await page.locator('.facts dd').first().waitFor();
    assert.equal(await page.locator('#choice-loss').evaluate((element) => (element as unknown as { value: string }).value), 'log');
    assert.equal(await page.locator('.side').isVisible(), false);
    await button(page, 'Save CSV').click();
    const { file } = await tells(page, 'export');
    assert.equal(file.name, 'training.csv');
    assert.match(String(file.content), /^step,training_loss,held_back_loss\n4,/);
  });

  it('nothing trained: says how to; learning: says what is done, and the curve follows', async () => {
    const none = await pages.open('training', { recording: 'none' });
    await becomes(none, 'how', () => none.locator('.note').innerText(), (text) => /No net was trained yet.*"model": "transformer"/s.test(text));
    await button(none, 'Learn').click();
    await tells(none, 'command', ({ command }) => command === 'anomaline.learn');
    const { page, set } = await watching(null);
    await becomes(page, 'nothing', () => page.locator('.note').innerText(), (text) => text.includes('No net was trained yet'));
    assert.equal(await page.locator('canvas.plot').isVisible(), false);
    await set(training(100));
    await becomes(page, 'the curve', () => page.locator('canvas.plot').isVisible(), (there) => there);
    assert.equal(await page.locator('.note').isVisible(), false);
  });

  it('a failure leaves the curve and can be tried again; without one it is all there is', async () => {
    const page = await pages.open('training');
    await page.locator('.side .row').first().waitFor();
    await page.route('**/ask*', (route) => route.fulfill({ json: { failed: 'the server is gone' } }));
    await send(page, { kind: 'changed' });
    await becomes(page, 'the failure', () => page.locator('.notice:visible').innerText(), (text) => text.includes('the server is gone'));
    assert.ok(await page.locator('canvas.plot').isVisible());
    await page.unroute('**/ask*');
    await button(page, 'Try Again').click();
    await page.locator('.notice').waitFor({ state: 'hidden' });
    const broken = await pages.open('training', { recording: 'broken' });
    await becomes(broken, 'the reason', () => broken.locator('.note').innerText(), (text) => text.includes('could not be read'));
    const before = await asked(broken);
    await button(broken, 'Try Again').click();
    await becomes(broken, 'another question', () => asked(broken), (count) => count > before);
  });
});
