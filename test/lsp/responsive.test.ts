import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import type { Hover } from 'vscode-languageserver/node';
import { ServerCommands } from '../../server/protocol/commands';
import { GetStatus } from '../../server/protocol/status';
import { mulberry32, randomBelow } from '../../server/core/util/rng';
import { connHeader, connLine, type ConnRow } from '../support/logs';
import { repositoryRoot } from '../support/shared';
import { TestClient } from './client';

const entry = path.join(repositoryRoot, 'out/server/main.js');
const ROWS = 2_000_000;
const BLOCK = 20_000;
/** Milliseconds between two hovers, and how long the longest may take on a machine that is busy reading and scoring. */
const RHYTHM = 20;
const PATIENCE = 1000;
const TIME = 1_700_000_000;

/** Lines of one block, with the same times in all of them. */
function block(): string {
  const rng = mulberry32(3);
  const row = (i: number): ConnRow => ({ time: TIME + i / 100, source: `10.0.${randomBelow(rng, 16)}.${randomBelow(rng, 250)}`, port: [53, 80, 443][randomBelow(rng, 3)], bytes: randomBelow(rng, 3000) });
  return Array.from({ length: BLOCK }, (_, i) => `${connLine(row(i), i)}\n`).join('');
}

/** Many blocks one after the other in time. */
function largeLog(): string {
  const parts = block().split(String(TIME).slice(0, 7));
  return `${connHeader.join('\n')}\n${Array.from({ length: ROWS / BLOCK }, (_, i) => parts.join(String(1_700_000 + i))).join('')}`;
}

describe('the server while it scores a large capture', function () {
  this.timeout(120_000);

  it(`answers hovers within ${PATIENCE} ms`, async () => {
    const client = await TestClient.start({ server: [entry], files: { 'baseline/conn.log': `${connHeader.join('\n')}\n${block()}`, 'large/conn.log': largeLog(), 'anomaline.json': '{ "baseline": { "files": ["baseline/**"] } }' } });
    try {
      await client.phase('indexed');
      await client.command(ServerCommands.learn);
      const place = { textDocument: { uri: client.uri('large/conn.log') }, position: { line: connHeader.length + 3, character: 0 } };
      const hover = (): Promise<Hover | null> => client.request<Hover | null>('textDocument/hover', place);
      await hover();
      let scored = false;
      const scoring = client.command(ServerCommands.score).then(() => { scored = true; });
      const took: number[] = [];
      while (!scored) {
        const asked = performance.now();
        await hover();
        took.push(performance.now() - asked);
        await new Promise((resolve) => setTimeout(resolve, RHYTHM));
      }
      await scoring;
      assert.ok(took.length >= 20, `${took.length} hovers`);
      assert.ok(Math.max(...took) < PATIENCE, `the longest took ${took.sort((a, b) => b - a).slice(0, 5).map(Math.round).join(', ')} ms`);
      assert.match(((await hover())?.contents as { value: string }).value, /of 100/);
      assert.equal((await client.ask(GetStatus, null)).phase, 'ready');
    } finally {
      assert.equal(await client.stop(), 0);
    }
  });
});
