import { strict as assert } from 'node:assert';
import { CountModel } from '../../../server/core/auth/countModel';
import { dayOf, hourOf } from '../../../server/core/auth/fields';
import { FieldCounts } from '../../../server/core/auth/fieldCounts';
import { FIELD_SETS, lineScores } from '../../../server/core/auth/lineScores';
import { readRedTeam, redRows } from '../../../server/core/auth/redTeam';
import { isOf } from '../../../server/core/auth/rows';
import { TokenEncoder } from '../../../server/core/auth/tokens';
import { buildVocabulary } from '../../../server/core/auth/vocabulary';
import { lineMetrics, rankByGroup } from '../../../server/core/evaluation/lineMetrics';
import { isWeekend, organisationCapture, type OrganisationOptions } from '../../../server/core/sample/organisation/organisation';
import type { FlowTable } from '../../../server/core/table/flow';
import { FlowBuilder } from '../../../server/core/table/flowBuilder';
import { readAll } from '../formats/reading';

/** Bytes of each file. */
function write(options: OrganisationOptions): Map<string, Uint8Array> {
  const parts = new Map<string, Uint8Array[]>();
  for (const { file, bytes } of organisationCapture(options)) parts.set(file, [...(parts.get(file) ?? []), bytes]);
  return new Map([...parts].map(([file, chunks]) => [file, new Uint8Array(Buffer.concat(chunks))]));
}

function eventsOf(...logs: readonly Uint8Array[]): FlowTable {
  const builder = new FlowBuilder();
  for (const bytes of logs) {
    const { header, format, tables, problems } = readAll(bytes);
    assert.deepEqual([header.format, header.kind, problems], ['lanlAuth', 'auth', []]);
    for (const table of tables) builder.add(format.flow(header, table));
  }
  return builder.finish();
}

const log = (capture: Map<string, Uint8Array>, day: number): Uint8Array => capture.get(`day${day}/auth.txt`)!;

describe('sample organisation', () => {
  const capture = write({ seed: 1, size: 3_000_000 });
  const days = [1, 2, 3, 4].map((day) => eventsOf(log(capture, day)));
  const team = readRedTeam(capture.get('redteam.txt')!);

  it('is the same for the same seed, another for another', () => {
    assert.deepEqual(write({ seed: 1, size: 300_000 }), write({ seed: 1, size: 300_000 }));
    assert.notDeepEqual(write({ seed: 2, size: 300_000 }), write({ seed: 1, size: 300_000 }));
  });

  for (const size of [100_000, 1_000_000, 10_000_000]) {
    it(`has about the ${size} bytes asked for`, function () {
      this.timeout(30_000);
      for (const seed of size > 1e6 ? [1] : [1, 2, 77]) {
        let bytes = 0;
        for (const chunk of organisationCapture({ seed, size })) bytes += chunk.bytes.length;
        assert.ok(Math.abs(bytes / size - 1) < 0.2, `seed ${seed}: ${bytes}`);
      }
    });
  }

  it('has a log a day, in order of time', () => {
    assert.deepEqual([...capture.keys()].sort(), ['anomaline.json', 'day1/auth.txt', 'day2/auth.txt', 'day3/auth.txt', 'day4/auth.txt', 'redteam.txt']);
    days.forEach(({ time, rowCount }, i) => {
      const times = time!.values;
      for (let row = 0; row < rowCount; row++) assert.ok(dayOf(times[row]) === 5 + i && (row === 0 || times[row] >= times[row - 1]));
    });
    assert.deepEqual(JSON.parse(Buffer.from(capture.get('anomaline.json')!).toString()), { baseline: { files: ['day1/**', 'day2/**', 'day3/**'] } });
  });

  it('every event of the red team is in the last day’s log, and none before', () => {
    assert.ok(team.events.length >= 40 && team.problems.length === 0);
    const found = redRows(days[3], team).reduce((sum, one) => sum + one, 0);
    assert.ok(found >= team.events.length && found <= team.events.length + 3, `${found} of ${team.events.length}`);
    days.slice(0, 3).forEach((day) => assert.equal(redRows(day, team).reduce((sum, one) => sum + one, 0), 0));
    const sources = new Map<string, number>();
    for (const { source } of team.events) sources.set(source, (sources.get(source) ?? 0) + 1);
    assert.ok(sources.size >= 5 && Math.max(...sources.values()) <= team.events.length / 4, 'no host carries the movement alone');
  });

  it('people work by day, machines around the clock; accounts of all kinds occur', () => {
    const [{ user, time, rowCount, outcome, authType }] = days;
    const hours = { people: new Float64Array(24), others: new Float64Array(24) };
    for (let row = 0; row < rowCount; row++) hours[isOf('people', user!.dictionary.text(user!.codes[row])) ? 'people' : 'others'][hourOf(time!.values[row])]++;
    assert.ok(hours.people[10] > 5 * hours.people[3] && hours.others[10] < 2 * hours.others[3]);
    for (const name of ['ANONYMOUS LOGON', 'SYSTEM', 'C1$']) assert.ok(user!.dictionary.find(name) > 0 || name === 'C1$', name);
    assert.deepEqual([...outcome!.dictionary.entries()].map(([, text]) => text).sort(), ['Fail', 'Success']);
    assert.deepEqual([...authType!.dictionary.entries()].map(([, text]) => text).sort(), ['Kerberos', 'NTLM', 'Negotiate']);
  });

  it('weekends are quiet', () => {
    const week = write({ seed: 3, size: 700_000, days: 7 });
    const rows = (day: number): number => eventsOf(log(week, day)).rowCount;
    assert.deepEqual([5, 6, 7, 8, 9, 10, 11].map(isWeekend), [false, false, false, false, false, true, true]);
    assert.ok(rows(6) < 0.7 * rows(4) && rows(7) < 0.7 * rows(4));
  });

  it('the red team is neither plain nor hidden to a model that counts', () => {
    const baseline = eventsOf(log(capture, 1), log(capture, 2), log(capture, 3));
    const counts = new FieldCounts();
    counts.add(baseline);
    const encoder = new TokenEncoder(buildVocabulary(counts, { kind: 'fields', cutoff: 1 }), { time: false });
    const model = new CountModel(encoder.vocabulary, { time: false, mostPairs: 1e7 });
    model.learn(encoder.encode(baseline));
    const [scores, red] = [lineScores(model.lineLosses(encoder.encode(days[3])), FIELD_SETS.movement, 'sum'), redRows(days[3], team)];
    const { auc = 0, ap = 0, positives, lines } = lineMetrics(scores, red);
    assert.ok(auc > 0.93 && auc < 1 && ap > 20 * positives / lines && ap < 0.95, `${auc} ${ap}`);
    const { source } = days[3];
    for (const group of rankByGroup(scores, red, (row) => source!.dictionary.text(source!.codes[row])).filter((one) => one.positives >= 5)) assert.ok((group.auc ?? 0) > 0.8, JSON.stringify(group));
  });
});
