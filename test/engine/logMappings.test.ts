import * as assert from 'node:assert/strict';
import { indexCapture, unusable } from '../../server/engine/captureIndex';
import { readConfiguration, writeConfiguration } from '../../server/engine/configuration';
import { nodeFiles } from '../../server/node/files';
import { noControl } from '../../server/core/util/control';
import { Folders } from '../support/folder';

const CSV = 'When,Who,From\n1700000000,CORP\\ann,pc1\n';
const columns = { time: 'When', user: 'Who', source: 'From' };
const json = (logs: unknown, more: object = {}): string => JSON.stringify({ ...more, logs });

describe('logs that anomaline.json maps', () => {
  const folders = new Folders();
  after(() => folders.remove());

  const index = async (configuration: string): ReturnType<typeof indexCapture> => indexCapture(nodeFiles, folders.make({ 'win/a.csv': CSV, 'b.csv': CSV, 'anomaline.json': configuration }), [], noControl);

  it('are recognised by the globs of the first entry that fits', async () => {
    const { files } = await index(json([{ files: 'win/*.csv', format: 'csv', columns }, { files: ['**'], format: 'csv', columns: { user: 'Who' } }]));
    assert.deepEqual(files.map((file) => [file.relative, file.header?.format, file.header?.dialect['columns']]), [
      ['anomaline.json', undefined, undefined], ['b.csv', 'csv', '[["user","Who"]]'], ['win/a.csv', 'csv', '[["time","When"],["user","Who"],["source","From"]]'],
    ]);
  });

  it('are told apart from unknown files when a column is missing', async () => {
    const { files } = await index(json([{ files: 'b.csv', format: 'csv', columns: { user: 'User' } }]));
    const file = files.find((one) => one.relative === 'b.csv');
    assert.match((file && unusable(file, undefined)) ?? '', /"user" is to be “User”/);
    assert.equal(files.find((one) => one.relative === 'win/a.csv')?.problem, undefined);
  });

  const faulty: readonly [logs: unknown, fault: RegExp][] = [
    [{}, /"logs" is a list/], [[{ files: 'b.csv', columns }], /entry 1 of "logs": "format" is "csv"/], [[{ files: 'b.csv', format: 'csv', columns }, { format: 'csv', columns }], /entry 2 of "logs": "files" is a glob/],
    [[{ files: [], format: 'csv', columns }], /"files" is a glob/], [[null], /entry 1/], [[{ files: 'b.csv', format: 'csv', columns: { usr: 'x' } }], /"usr" is no field/],
  ];
  for (const [logs, fault] of faulty) {
    it(`a fault is told, and what the user wrote is kept: ${JSON.stringify(logs)}`, async () => {
      const root = folders.make({ 'b.csv': CSV, 'anomaline.json': json(logs, { detector: 'stateOutliers' }) });
      const read = await readConfiguration(nodeFiles.own(root));
      assert.match(read.fault ?? '', fault);
      assert.deepEqual(read.configuration, { detector: 'stateOutliers' });
      assert.equal((await indexCapture(nodeFiles, root, [], noControl)).files.find((file) => file.relative === 'b.csv')?.header, undefined);
      assert.equal(await writeConfiguration(nodeFiles.own(root), { detector: 'stateFrequency' }), undefined);
      assert.deepEqual(JSON.parse(new TextDecoder().decode((await nodeFiles.read(`${root}/anomaline.json`)) as Uint8Array)), { detector: 'stateFrequency', logs });
    });
  }
});
