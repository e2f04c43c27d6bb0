import * as assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { Folders } from '../support/folder';
import { connHeader, connLog, type ConnRow, office } from '../support/logs';
import { repositoryRoot } from '../support/shared';

const entry = path.join(repositoryRoot, 'out/server/cli/main.js');
const folders = new Folders();

interface Run { readonly code: number; readonly out: string; readonly err: string }

function anomaline(cwd: string, ...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [entry, ...args], { cwd, maxBuffer: 1 << 28, timeout: 20_000, env: { ...process.env, ANOMALINE_CWD: undefined } }, (error, out, err) => resolve({ code: error ? Number(error.code ?? -1) : 0, out, err }));
  });
}

/** A host of the office that sends 60 times more than anything the office sends, in flows that are ordinary otherwise. */
const theft: ConnRow[] = Array.from({ length: 60 }, (_, i) => ({ time: 90_000 + i, source: '10.0.0.9', port: 443, bytes: 41_203_004 + i, label: 'Malicious' }));
const secondDay = [...office(300, 90_000), ...theft];
const firstTheft = connHeader.length + 300 + 1;
/** The log without a field, by its column. */
const without = (log: string, field: string): string => {
  const column = log.split('\n').find((line) => line.startsWith('#fields'))!.split('\t').indexOf(field);
  return log.split('\n').map((line) => {
    const cells = line.split('\t');
    const at = /^#(fields|types)/.test(line) ? column : column - 1;
    return line.startsWith('#') && !/^#(fields|types)/.test(line) ? line : cells.filter((_, i) => i !== at).join('\t');
  }).join('\n');
};

describe('command line with state outliers', function () {
  this.timeout(60_000);
  let root: string;
  const learn = async (model: string, ...args: string[]): Promise<Run> => {
    const learned = await anomaline(root, 'learn', '--detector', 'stateOutliers', '--model', model, ...args);
    assert.equal(learned.code, 0, learned.err);
    return learned;
  };
  before(async () => {
    const first = connLog(office(1500)), second = connLog(secondDay);
    root = folders.make({ 'day1/conn.log': first, 'day2/conn.log': second, 'narrow1/conn.log': without(first, 'resp_pkts'), 'narrow2/conn.log': without(second, 'resp_pkts'), 'http.log': '#separator \\x09\n#path\thttp\n#fields\tts\tuid\thost\n#types\ttime\tstring\tstring\n1.0\tC1\ta.example\n' });
    assert.match((await learn('m.model', 'day1')).out, /^m\.model: learned from 1,500 rows \(the capture itself\), \d+ states, \d+ symbols, [\d,]+ bytes\n$/);
  });
  after(() => folders.remove());

  it('scores, explains and evaluates', async () => {
    await learn('b.model', 'day1', '--baseline', '**');
    const scored = await anomaline(root, 'score', 'day2', '--model', 'b.model');
    assert.equal(scored.code, 1, scored.err);
    const findings = scored.out.trim().split('\n').map((line) => JSON.parse(line) as { entity: string; message: string; rootCause: { text: string }; evidence: { name: string; text: string }[]; rows: number });
    assert.ok(findings.every(({ entity }) => entity === '10.0.0.9 -> 10.0.1.1'), scored.out);
    assert.equal(findings.reduce((n, { rows }) => n + rows, 0), theft.length);
    assert.match(findings[0].message, /^tcp to port 443, ssl, normal end \(SF\): (source|destination) bytes about [\d,]+: this state has [\d,]+ to [\d,]+/);
    assert.match(findings[0].rootCause.text, /^(source|destination) bytes unusual for state \d+ \(tcp to port 443/);
    assert.match(findings[0].evidence.find(({ name }) => name === 'entity')!.text, /^100 % of this entity's 60 rows do not fit; .*unlike the baseline; most like profile 1 /);
    assert.match(scored.err, /1 of \d+ entities with enough rows are unlike the baseline/);

    const explained = await anomaline(root, 'explain', `day2/conn.log:${firstTheft + 20}`, '--model', 'b.model');
    assert.equal(explained.code, 0, explained.err);
    assert.match(explained.out, /entity +10\.0\.0\.9 -> 10\.0\.1\.1[^]*raw +[\d.]+ nats, the sum of[^]*source bytes +about 41,203,024: this state has 300 to 460[^]*0\.0000 +entity +100 % of this entity's 60 rows do not fit/);

    const evaluated = await anomaline(root, 'evaluate', 'day2', '--model', 'b.model', '--label', 'label', '--positive', 'Malicious', '--json');
    const { auc, recall, entities } = JSON.parse(evaluated.out) as { auc: number; recall: number; entities: unknown };
    assert.deepEqual([auc, recall, entities], [1, 1, { judged: 6, tooFewRows: 0, positives: 1, unlike: 1, precision: 1, recall: 1 }]);
  });

  it('finds the same with guarded transitions', async () => {
    for (const transitions of ['guardedKinds', 'guards']) {
      await learn('g.model', 'day1', '--set', `transitions=${transitions}`);
      const { code, out, err } = await anomaline(root, 'score', 'day2', '--model', 'g.model', '--format', 'csv');
      assert.equal(code, 1, err);
      assert.ok(out.split('\n').slice(1).filter(Boolean).every((line) => line.includes('10.0.0.9 -> 10.0.1.1')), out);
    }
  });

  it('tells what columns are missing: in the baseline they are not looked at, in the logs that are scored every row counts as one without', async () => {
    await learn('n.model', 'narrow1');
    const wider = await anomaline(root, 'score', 'day2', '--model', 'n.model');
    assert.match(wider.err, /No row of the baseline has destination packets: not looked at\./);
    assert.doesNotMatch(wider.out, /destination packets/);
    const narrower = await anomaline(root, 'score', 'narrow2', '--model', 'm.model');
    assert.match(narrower.err, /No row of these logs has destination packets, which the baseline has: every row counts as one without\. Learn a model from logs with the same columns\./);
  });

  it('refuses logs without flows, and a baseline of them', async () => {
    for (const args of [['learn', 'http.log', '--detector', 'stateOutliers', '--model', 'x.model'], ['score', 'http.log', '--model', 'm.model']]) {
      const { code, out, err } = await anomaline(root, ...args);
      assert.deepEqual([code, out], [3, '']);
      assert.match(err, /state outliers reads flows \(Zeek conn, Argus, NetFlow\), not http records/);
    }
  });
});
