import * as assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import type { Diagnostic, Hover } from 'vscode-languageserver/node';
import { ServerCommands } from '../../server/protocol/commands';
import { GetGroups } from '../../server/protocol/rootCauses';
import { GetStatus } from '../../server/protocol/status';
import { repositoryRoot } from '../support/shared';
import { TestClient } from './client';

const entry = path.join(repositoryRoot, 'out/server/main.js');
const columns = 'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state orig_pkts resp_pkts note'.split(' ');
const types = 'time string addr port addr port enum string interval count count string count count string'.split(' ');

/** A day of one client asking one server in a steady rhythm; in the second log a stranger knocks on many ports. */
function connLog(lines: readonly string[], end: string): string {
  const head = ['#separator \\x09', '#set_separator\t,', '#empty_field\t(empty)', '#unset_field\t-', '#path\tconn', `#fields\t${columns.join('\t')}`, `#types\t${types.join('\t')}`];
  return [...head, ...lines, ''].join(end);
}
const web = (i: number) => `${1000 + i * 10}.5\tC${i}\t10.0.0.${1 + (i % 5)}\t${40000 + i}\t10.0.1.1\t80\ttcp\thttp\t0.${200 + (i % 7)}\t${400 + (i % 9)}\t${5000 + (i % 11)}\tSF\t6\t8\täöü 😀`;
const scan = (i: number) => `${9000 + i}.5\tS${i}\t10.9.9.9\t${50000 + i}\t10.0.1.1\t${i + 1}\ttcp\t-\t-\t-\t-\tS0\t1\t0\t-`;
const benign = connLog(Array.from({ length: 800 }, (_, i) => web(i)), '\n');
const attacked = connLog([...Array.from({ length: 60 }, (_, i) => web(i)), ...Array.from({ length: 60 }, (_, i) => scan(i)), 'damaged'], '\r\n');

describe('server/main', () => {
  const main = (...args: string[]) => promisify(execFile)(process.execPath, [entry, ...args]);

  it('--version prints the version; without a way to talk it prints how to start it and ends with 2', async () => {
    assert.match((await main('--version')).stdout, /^\d+\.\d+\.\d+\n$/);
    await assert.rejects(main(), (error: { code?: number; stderr?: string }) => error.code === 2 && /usage: .*--stdio/.test(error.stderr ?? ''));
  });

  it('over stdio: investigates a capture, flags the scan and only it, with lines as an editor counts them', async function () {
    this.timeout(30_000);
    const client = await TestClient.start({ server: [entry], files: { 'day1/conn.log': benign, 'day2/conn.log': attacked, 'anomaline.json': '{ "baseline": { "files": ["day1/**"] } }', 'readme.txt': 'no log' } });
    try {
      await client.phase('indexed');
      await client.command(ServerCommands.investigate);
      const found = client.published.get(client.uri('day2/conn.log')) ?? [], text = attacked.split('\r\n');
      const rows = found.filter((one: Diagnostic) => (one.data as { finding?: string } | undefined)?.finding !== undefined);
      assert.ok(rows.length >= 30, `${rows.length} flagged`);
      for (const { range } of rows) {
        assert.match(text[range.start.line], /\t10\.9\.9\.9\t/);
        assert.equal(range.end.character, text[range.start.line].length);
      }
      assert.deepEqual(found.filter((one) => !rows.includes(one)).map((one) => text[one.range.start.line]), ['damaged']);
      assert.ok((await client.ask(GetGroups, { start: 0, count: 10, order: 'score', filter: '10.9.9.9' })).total > 0);
      const hover = await client.request<Hover>('textDocument/hover', { textDocument: { uri: client.uri('day2/conn.log') }, position: { line: rows[0].range.start.line, character: 0 } });
      assert.match((hover.contents as { value: string }).value, /of 100\*\*, (high|medium|low) · .*raw score/s);
      const detail = await client.request<Hover>('textDocument/hover', { textDocument: { uri: client.uri('day2/conn.log') }, position: { line: 8, character: text[8].length - 1 } });
      assert.deepEqual(detail.range, { start: { line: 8, character: text[8].lastIndexOf('\t') + 1 }, end: { line: 8, character: text[8].length } });
      assert.match((await client.ask(GetStatus, null)).detail, /day1/);
      assert.deepEqual(client.shown, []);
    } finally {
      assert.equal(await client.stop(), 0);
    }
  });

  it('writes the sample capture, again over an older one, but never into a folder with other files', async function () {
    this.timeout(30_000);
    const client = await TestClient.start({ server: [entry], folder: false, files: { 'mine.txt': 'keep me' } });
    try {
      const folder = path.join(client.root, 'sample'), bytes = () => fs.statSync(path.join(folder, 'day2/conn.log')).size;
      assert.equal(await client.command(ServerCommands.sample, { folder }), folder);
      const first = bytes();
      await client.command(ServerCommands.sample, { folder });
      assert.ok(first > 100_000 && bytes() === first, `${first}, then ${bytes()} bytes`);
      await assert.rejects(client.command(ServerCommands.sample, { folder: client.root }), /holds mine\.txt, .*choose an empty folder/);
      assert.deepEqual(fs.readdirSync(client.root).sort(), ['mine.txt', 'sample']);
    } finally {
      await client.stop();
    }
  });

  it('a wrong setting of the detector names the nearest known one', async function () {
    this.timeout(30_000);
    const client = await TestClient.start({ server: [entry], files: { 'conn.log': benign }, options: { set: { acceptence: 1 } } });
    try {
      await client.phase('indexed');
      const text = await client.command(ServerCommands.learn).then(() => 'no failure', (error: Error) => error.message);
      assert.match(text, /^Learn failed: .*acceptence/);
      assert.ok(!text.includes('Restart Server'), text);
    } finally {
      await client.stop();
    }
  });
});
