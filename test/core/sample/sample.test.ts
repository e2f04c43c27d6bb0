import { strict as assert } from 'node:assert';
import { attackLabels, sampleCapture } from '../../../server/core/sample/sample';
import type { SampleOptions } from '../../../server/core/sample/sample';
import { TimeQueue } from '../../../server/core/sample/queue';
import { timeOfDay } from '../../../server/core/sample/office';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';

/** Text of each file. */
function write(options: SampleOptions): Map<string, string> {
  const parts = new Map<string, Uint8Array[]>();
  for (const { file, bytes } of sampleCapture(options)) parts.set(file, [...(parts.get(file) ?? []), bytes]);
  return new Map([...parts].map(([file, chunks]) => [file, Buffer.concat(chunks).toString('latin1')]));
}

interface Row { readonly line: number; readonly fields: Readonly<Record<string, string>>; readonly width: number }

/** Rows of a Zeek log, read in the plainest way. */
function zeek(text: string): { names: string[]; rows: Row[] } {
  const lines = text.split('\n');
  const names = lines.find((line) => line.startsWith('#fields\t'))!.split('\t').slice(1);
  const rows = lines.flatMap((line, i) => {
    if (line === '' || line.startsWith('#')) return [];
    const cells = line.split('\t');
    return [{ line: i + 1, width: cells.length, fields: Object.fromEntries(names.map((name, j) => [name, cells[j]!])) }];
  });
  return { names, rows };
}

const seeds = [1, 2, 77];

describe('sample capture', () => {
  const capture = write({ seed: 1, size: 1_000_000 });
  const logs = [...capture.keys()].filter((file) => file.endsWith('.log'));
  const labels = capture.get('day2/labels.csv')!.trimEnd().split('\n').slice(1).map((line) => line.split(','));

  it('is the same for the same seed, another for another', () => {
    assert.deepEqual(write({ seed: 1, size: 1_000_000 }), capture);
    assert.notDeepEqual(write({ seed: 2, size: 1_000_000 }), capture);
  });

  for (const size of [10_000, 30_000, 100_000, 1_000_000, 20_000_000]) {
    it(`has about the ${size} bytes asked for`, function () {
      this.timeout(30_000);
      for (const seed of size > 1e6 ? [1] : seeds) {
        let bytes = 0;
        for (const chunk of sampleCapture({ seed, size })) bytes += chunk.bytes.length;
        assert.ok(Math.abs(bytes / size - 1) < 0.2, `seed ${seed}: ${bytes}`);
      }
    });
  }

  it('has the same logs on both days', () => {
    const names = ['conn.log', 'dns.log', 'files.log', 'flows.binetflow', 'http.log', 'ssl.log'];
    assert.deepEqual([...capture.keys()].sort(), ['anomaline.json', ...names.map((name) => `day1/${name}`), ...['conn.log', 'dns.log', 'files.log', 'flows.binetflow', 'http.log', 'labels.csv', 'ssl.log'].map((name) => `day2/${name}`)]);
  });

  it('gives every Zeek row as many fields as the header names, and types for all', () => {
    for (const file of logs) {
      const text = capture.get(file)!, { names, rows } = zeek(text);
      assert.equal(text.split('\n').find((line) => line.startsWith('#types\t'))!.split('\t').length - 1, names.length, file);
      assert.equal(new Set(names).size, names.length, file);
      assert.ok(rows.length > 50, file);
      for (const { line, width } of rows) assert.equal(width, names.length, `${file}:${line}`);
      assert.match(text, /\n#close\t\d{4}(-\d\d){5}\n$/, file);
    }
  });

  it('gives every Argus row as many fields as the header', () => {
    for (const day of ['day1', 'day2']) {
      const [header, ...rows] = capture.get(`${day}/flows.binetflow`)!.trimEnd().split('\n');
      for (const row of rows) assert.equal(row.split(',').length, header!.split(',').length, row);
    }
  });

  it('names no label in a log', () => {
    for (const [file, text] of capture) if (!file.endsWith('labels.csv')) for (const label of [...attackLabels, 'label']) assert.ok(!text.toLowerCase().includes(label.toLowerCase()), `${file}: ${label}`);
  });

  it('uses each uid for one connection of both days, and no other in any log', () => {
    const seen = new Map<string, string>();
    for (const day of ['day1', 'day2']) {
      for (const { fields } of zeek(capture.get(`${day}/conn.log`)!).rows) {
        assert.ok(!seen.has(fields['uid']!), fields['uid']);
        seen.set(fields['uid']!, endpoints(fields));
      }
      for (const name of ['dns', 'http', 'ssl', 'files']) for (const { fields, line } of zeek(capture.get(`${day}/${name}.log`)!).rows) assert.equal(endpoints(fields), seen.get(fields['uid']!), `${day}/${name}.log:${line}`);
    }
  });

  it('lists in files.log exactly the files that http.log names', () => {
    for (const day of ['day1', 'day2']) {
      const named = zeek(capture.get(`${day}/http.log`)!).rows.map(({ fields }) => `${fields['uid']} ${fields['resp_fuids']}`).filter((pair) => !pair.endsWith(' -'));
      assert.deepEqual(zeek(capture.get(`${day}/files.log`)!).rows.map(({ fields }) => `${fields['uid']} ${fields['fuid']}`).sort(), named.sort());
    }
  });

  it('has every connection in the Argus file too, with its addresses, in the order of its end', () => {
    for (const day of ['day1', 'day2']) {
      const flows = capture.get(`${day}/flows.binetflow`)!.trimEnd().split('\n').slice(1).map((line) => line.split(','));
      const connections = zeek(capture.get(`${day}/conn.log`)!).rows;
      assert.equal(flows.length, connections.length);
      flows.forEach((flow, i) => assert.deepEqual([flow[2], flow[3], flow[6]], ['proto', 'id.orig_h', 'id.resp_h'].map((name) => connections[i]!.fields[name])));
    }
  });

  it('orders conn.log by the end of the connection, on the day it names', () => {
    for (const [day, midnight] of [['day1', 1772409600], ['day2', 1772496000]] as const) {
      let last = 0;
      for (const { fields, line } of zeek(capture.get(`${day}/conn.log`)!).rows) {
        const start = Number(fields['ts']), end = start + (fields['duration'] === '-' ? 0 : Number(fields['duration']));
        assert.ok(end >= last - 2e-6, `${day} line ${line}`);
        assert.ok(start >= midnight && start < midnight + 86400, `${day} line ${line}`);
        last = end;
      }
    }
  });

  it('is busier at work than at night', () => {
    const hours = Array.from({ length: 24 }, () => 0);
    for (const { fields } of zeek(capture.get('day1/conn.log')!).rows) hours[Math.floor(Number(fields['ts']) % 86400 / 3600)]!++;
    assert.ok(hours[10]! > 5 * hours[3]!, hours.join(' '));
    assert.ok(hours[12]! < hours[10]! && hours[12]! < hours[14]!, hours.join(' '));
  });

  it('labels the lines that hold the uid, all lines that hold it, and only attacks', () => {
    const lines = new Map([...capture].map(([file, text]) => [file, text.split('\n')]));
    const bad = new Set(labels.map(([, , uid]) => uid!));
    for (const [file, line, uid, label] of labels) {
      assert.ok(attackLabels.includes(label!), label);
      if (file !== 'flows.binetflow') assert.ok(lines.get(`day2/${file}`)![Number(line) - 1]!.split('\t').includes(uid!), `${file}:${line}`);
    }
    for (const name of ['conn', 'dns', 'http', 'ssl', 'files']) {
      const expected = zeek(capture.get(`day2/${name}.log`)!).rows.filter(({ fields }) => bad.has(fields['uid']!)).map(({ line }) => line);
      assert.deepEqual(labels.filter(([file]) => file === `${name}.log`).map(([, line]) => Number(line)), expected, name);
    }
    // The Argus file has no uid: its rows are in the order of conn.log, one header line against eight.
    assert.deepEqual(labels.filter(([file]) => file === 'flows.binetflow').map(([, line]) => Number(line) + 7), labels.filter(([file]) => file === 'conn.log').map(([, line]) => Number(line)));
  });

  it('holds all six attacks from 100 kB on, as a minority, and at least one below', () => {
    const found = (size: number): string[] => [...new Set(write({ seed: 3, size }).get('day2/labels.csv')!.trimEnd().split('\n').slice(1).map((line) => line.split(',')[3]!))].sort();
    assert.deepEqual(found(100_000), [...attackLabels].sort());
    assert.ok(found(10_000).length >= 1);
    const rows = zeek(capture.get('day2/conn.log')!).rows.length, bad = labels.filter(([file]) => file === 'conn.log').length;
    assert.ok(bad / rows < 0.25, `${bad} of ${rows}`);
  });

  it('has no attack on the first day', () => {
    const peers = (day: string): Set<string> => new Set(zeek(capture.get(`${day}/conn.log`)!).rows.map(({ fields }) => fields['id.resp_h']!));
    const hostile = labels.filter(([file, , , label]) => file === 'conn.log' && (label === 'Beacon' || label === 'Exfiltration'))
      .map(([, line]) => capture.get('day2/conn.log')!.split('\n')[Number(line) - 1]!.split('\t')[4]!);
    assert.ok(hostile.length > 0);
    for (const address of hostile) assert.ok(!peers('day1').has(address), address);
    // Nobody meets many ports of one host, many silent hosts, or a server of the night with so many logins.
    const portsOf = new Map<string, Set<string>>(), unanswered = new Map<string, Set<string>>();
    for (const { fields } of zeek(capture.get('day1/conn.log')!).rows) {
      const pair = `${fields['id.orig_h']} ${fields['id.resp_h']}`;
      portsOf.set(pair, (portsOf.get(pair) ?? new Set()).add(fields['id.resp_p']!));
      if (fields['conn_state'] === 'S0') unanswered.set(fields['id.orig_h']!, (unanswered.get(fields['id.orig_h']!) ?? new Set()).add(fields['id.resp_h']!));
    }
    assert.ok(Math.max(...[...portsOf.values()].map((ports) => ports.size)) <= 4);
    assert.ok(Math.max(0, ...[...unanswered.values()].map((hosts) => hosts.size)) <= 2);
    for (const { fields } of zeek(capture.get('day1/dns.log')!).rows) assert.ok(fields['query']!.length < 30, fields['query']);
  });

  it('beats the beacon evenly', () => {
    const lines = capture.get('day2/conn.log')!.split('\n');
    const times = labels.filter(([file, , , label]) => file === 'conn.log' && label === 'Beacon').map(([, line]) => Number(lines[Number(line) - 1]!.split('\t')[0]));
    const gaps = times.slice(1).map((time, i) => time - times[i]!), mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    for (const gap of gaps) assert.ok(Math.abs(gap / mean - 1) < 0.05, `${gap} against ${mean}`);
  });
});

const endpoints = (fields: Readonly<Record<string, string>>): string => ['id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p'].map((name) => fields[name]).join(' ');

describe('sample capture: queue and clock', () => {
  it('takes in order of time, equal times in order of adding', () => {
    for (const seed of seeds) {
      const rng = mulberry32(seed), queue = new TimeQueue<number>(), plain: { time: number; item: number }[] = [];
      for (let item = 0; item < 2000; item++) {
        if (rng() < 0.6) { const time = randomBelow(rng, 50); queue.add(time, item); plain.push({ time, item }); }
        else {
          const best = plain.reduce<number>((at, entry, i) => (at < 0 || entry.time < plain[at]!.time ? i : at), -1);
          assert.equal(queue.next, best < 0 ? Infinity : plain[best]!.time);
          assert.equal(queue.take(), best < 0 ? undefined : plain.splice(best, 1)[0]!.item);
        }
      }
    }
  });

  it('runs through the whole day, never backwards', () => {
    assert.equal(timeOfDay(0), 0);
    assert.equal(timeOfDay(1), 86400);
    for (let i = 1; i <= 1000; i++) assert.ok(timeOfDay(i / 1000) > timeOfDay((i - 1) / 1000));
  });
});
