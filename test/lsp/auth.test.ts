import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import type { Hover } from 'vscode-languageserver/node';
import { ServerCommands } from '../../server/protocol/commands';
import { GetModels } from '../../server/protocol/models';
import { GetGroups } from '../../server/protocol/rootCauses';
import { lanlLine, ordinaryEvents, usualEvent } from '../support/authEvents';
import { repositoryRoot } from '../support/shared';
import { TestClient } from './client';

const entry = path.join(repositoryRoot, 'out/server/main.js');
const day1 = ordinaryEvents(600).map(lanlLine).join('\n') + '\n';
const day2 = ordinaryEvents(100, 90_000, 2).map((event, i) => lanlLine(i === 40 ? { ...usualEvent, time: event.time, destination: 'pc3' } : event));

describe('server/main with authentication events', () => {
  it('learns with the client\'s settings for a small net, underlines the field, and hovers with what was expected', async function () {
    this.timeout(30_000);
    const client = await TestClient.start({
      server: [entry], files: { 'day1/auth.txt': day1, 'day2/auth.txt': day2.join('\n') + '\n', 'anomaline.json': '{ "baseline": { "files": ["day1/**"] } }' },
      options: { 'detector': 'authSequences', 'acceptanceRate': 0.005, 'neural.threads': 1, 'set': { cutoff: 0, epochs: 6, batch: 64 } },
    });
    try {
      await client.phase('indexed');
      await client.command(ServerCommands.learn, {});
      assert.ok(client.progress.some(({ value }) => /Training, step \d+ of \d+: loss [\d.]+, [\d.]+ on rows held back/.test(('message' in value && value.message) || '')), 'tells how training gets on');
      await client.command(ServerCommands.score, {});
      const found = client.published.get(client.uri('day2/auth.txt')) ?? [];
      const odd = found.find(({ range }) => range.start.line === 40);
      assert.ok(odd, JSON.stringify(found));
      assert.equal(day2[40].slice(odd.range.start.character, odd.range.end.character), 'pc3');
      assert.match(odd.message as string, /^Unexpected destination host pc3: [\d.]+ %; expected srv0 \d+ %/);
      const hover = await client.request<Hover>('textDocument/hover', { textDocument: { uri: client.uri('day2/auth.txt') }, position: odd.range.start });
      assert.match((hover.contents as { value: string }).value, /destination host srv0/);
      assert.match((await client.ask(GetGroups, { start: 0, count: 10, order: 'score', filter: '' })).items[0].text, /^destination host new for the user$/);
      assert.deepEqual((await client.ask(GetModels, null)).map(({ detector, net, active }) => [detector, net, active]), [['authSequences', true, true]]);
      assert.deepEqual(client.shown, []);
    } finally {
      assert.equal(await client.stop(), 0);
    }
  });
});
