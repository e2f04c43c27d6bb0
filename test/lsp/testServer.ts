// The server's entry with the small engine of the tests; started by `client.ts` as a process of its own.
import { writeFile, mkdir } from 'node:fs/promises';
import * as path from 'node:path';
import { startServer } from '../../server/lsp/server';
import { processConnection } from '../../server/lsp/transport';
import { openFakeSession } from './fakeSession';

startServer(processConnection('stdio'), openFakeSession, {
  version: '1.2.3',
  memory: () => 123_456_789,
  async writeSample(folder) {
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'conn.log'), 'a web odd95\n');
  },
});
