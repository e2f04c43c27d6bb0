import * as assert from 'node:assert/strict';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import { FindStates, GetAutomaton, GetEdges, GetEdgeSymbols, GetReplay, GetState, GetStateAt, GetStateHistograms, GetStateLabels, GetStateRows, GetStates } from '../../server/protocol/automaton';
import { fromWire } from '../../server/protocol/wire';
import { TestClient } from './client';

const files = { 'a.log': 'h1 web fine\nh1 ssh odd95\nh2 web odd60\n', 'b.log': 'h3 dns odd20\n' };
const decoded = <T>(value: T): T => fromWire(value, (base64) => Buffer.from(base64, 'base64')) as T;

describe('lsp/automaton over stdio', () => {
  let client: TestClient;
  const start = async () => {
    client = await TestClient.start({ files });
    await client.phase('indexed');
  };
  afterEach(async () => {
    if (client.process.exitCode === null) await client.stop();
    else client.remove();
  });

  it('answers about states, edges, rows and traces; typed arrays cross the connection', async () => {
    await start();
    const all = { revision: 3, start: 0, count: 1e9 };
    const summary = await client.ask(GetAutomaton, null);
    assert.ok('revision' in summary && summary.revision === 3 && summary.states === 4);
    const states = decoded(await client.ask(GetStates, all));
    assert.deepEqual([states.capture, states.difference, states.kind], [Float64Array.of(0, 2, 1, 1), Float32Array.of(0.5, 0.5, 0.5, 0.5), Uint8Array.of(2, 0, 0, 0)]);
    assert.deepEqual(decoded(await client.ask(GetEdges, { ...all, start: 1 })).to, Uint32Array.of(2, 3));
    assert.deepEqual(await client.ask(GetStateLabels, { revision: 3, states: [3, 0] }), ['dns', 'start']);
    assert.deepEqual((await client.ask(GetEdgeSymbols, { ...all, from: 0, to: 1 })).items, [{ words: 'web', baseline: 0, capture: 2 }]);
    assert.equal((await client.ask(GetState, { revision: 3, state: 2 })).label, 'ssh');
    const { fields: [letters], odd } = await client.ask(GetStateHistograms, { revision: 3, state: 1, row: 2 });
    assert.deepEqual([odd, letters.bins.map(({ text }) => text), letters.mark], [2, ['11', '12'], { bin: 0, text: '2' }]);
    assert.deepEqual((await client.ask(GetStateRows, { ...all, state: 1, order: 'time', flaggedOnly: false, start: 1 })).items.map((r) => [r.entity, r.place.line]), [['h2', 2]]);
    assert.equal((await client.ask(GetStateAt, { uri: client.uri('b.log'), line: 0 }))?.state, 3);
    assert.equal(await client.ask(GetStateAt, { uri: client.uri('b.log'), line: 9 }), null);
    assert.deepEqual((await client.ask(FindStates, { ...all, query: 's' })).items.map((m) => m.label), ['start', 'ssh', 'dns']);
    // A start below 0 is the row's own place, other numbers are kept within bounds.
    assert.deepEqual([(await client.ask(GetReplay, { ...all, row: 2, start: -1 })).start, (await client.ask(GetReplay, { ...all, row: 2, start: 4 })).start], [-1, 4]);
    assert.deepEqual(decoded(await client.ask(GetStates, { revision: 3, start: 99, count: 0 })).capture, new Float64Array(0));
  });

  it('an old revision is told to who asks, not to the user', async () => {
    await start();
    const error = await client.ask(GetStates, { revision: 2, start: 0, count: 1 }).catch((e: unknown) => e);
    assert.ok(error instanceof ResponseError && error.code === LSPErrorCodes.ContentModified && error.message === 'The capture was scored again.', String(error));
    assert.deepEqual(client.shown, []);
  });
});
