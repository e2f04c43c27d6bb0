import * as fs from 'node:fs';
import * as path from 'node:path';
import Reporter from '../support/reporter';

/** Entry point inside the extension host: runs every suite of this folder, or what ANOMALINE_GREP selects of it. */
export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  const grep = process.env['ANOMALINE_GREP'];
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: Reporter as never, ...(grep ? { grep: new RegExp(grep) } : {}) });
  for (const name of fs.readdirSync(__dirname).sort()) if (name.endsWith('.test.js')) mocha.addFile(path.join(__dirname, name));
  const failures = await new Promise<number>((resolve) => { mocha.run(resolve); });
  if (failures > 0) throw new Error(`${failures} end-to-end tests failed`);
}
