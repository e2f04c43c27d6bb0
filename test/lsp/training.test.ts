import * as assert from 'node:assert/strict';
import { LSPErrorCodes, type ResponseError } from 'vscode-languageserver/node';
import { ServerCommands } from '../../server/protocol/commands';
import { GetTraining, type Training, TrainingChanged } from '../../server/protocol/training';
import { fromWire } from '../../server/protocol/wire';
import { TestClient } from './client';

describe('lsp: training', () => {
  let client: TestClient;
  let heard: { readonly at: number; readonly id: number; readonly running: boolean }[] = [];
  const start = async (set: Readonly<Record<string, number | boolean>> = {}) => {
    heard = [];
    client = await TestClient.start({ files: { 'a.log': 'h1 web fine\n' }, options: { set } });
    client.connection.onNotification(TrainingChanged.method, (training: { id: number; running: boolean }) => void heard.push({ at: performance.now(), ...training }));
    await client.phase('indexed');
  };
  const training = async (): Promise<Training | null> => fromWire(await client.ask(GetTraining, null), (base64) => Buffer.from(base64, 'base64')) as Training | null;
  const learn = () => client.command(ServerCommands.learn, { detector: 'net' });
  afterEach(() => client.stop());

  it('null before anything was trained, and without a folder', async () => {
    await start();
    assert.equal(await training(), null);
    await client.command(ServerCommands.learn, {});
    assert.equal(await training(), null);
    await client.stop();
    client = await TestClient.start({ folder: false });
    assert.equal(await training(), null);
  });

  it('tells of a training at most five times a second and of its end, and answers columns', async () => {
    await start({ stepMs: 12 });
    const learning = learn();
    await client.until('a running training', () => heard.some(({ running }) => running));
    const early = await training();
    assert.deepEqual([early?.state, early?.detector, early?.planned], ['running', 'Fake net', 2000]);
    await learning;
    await client.until('the end', () => heard.at(-1)?.running === false);
    for (let i = 1; i < heard.length; i++) assert.ok(heard[i].at - heard[i - 1].at > 150, `${heard[i].at - heard[i - 1].at} ms between two`);
    assert.ok(heard.length >= 4 && heard.every(({ id }) => id === 1), JSON.stringify(heard));
    const { curve: { steps, losses, validationSteps, validationLosses }, ...rest } = (await training())!;
    assert.deepEqual(rest, { id: 1, state: 'finished', text: '', detector: 'Fake net', done: 2000, planned: 2000 });
    assert.ok(steps instanceof Uint32Array && losses instanceof Float32Array && steps.length <= 1024 && steps.length === losses.length);
    assert.deepEqual([[...validationSteps], validationLosses[0]], [Array.from({ length: 10 }, (_, i) => 200 * (i + 1)), Math.fround(0.01)]);
  });

  it('the command Cancel stops it, the curve stays, and whoever learned hears that it was cancelled', async () => {
    await start({ stepMs: 12 });
    const learning = learn().then(() => undefined, (error: ResponseError) => error.code);
    await client.until('a running training', () => heard.some(({ running }) => running));
    assert.equal(await client.command(ServerCommands.cancel), true);
    assert.equal(await learning, LSPErrorCodes.RequestCancelled);
    await client.until('the end', () => heard.at(-1)?.running === false);
    const { state, done, text } = (await training())!;
    assert.deepEqual([state, text, done > 0 && done < 2000], ['cancelled', 'No model was made of it yet: learning again with the same settings goes on from there.', true]);
    assert.equal(await client.command(ServerCommands.cancel), false, 'nothing runs any more');
  });

  it('a training that fails says why', async () => {
    await start({ diverge: true });
    await assert.rejects(learn(), /the loss is no number/);
    const { state, done, text } = (await training())!;
    assert.deepEqual([state, done, text], ['failed', 800, 'the loss is no number']);
  });
});
