// Writes our file of a capture, and is killed at one call of the file system: killedWriter ROOT NAME CALL before|after TEXT
import { ownFiles } from '../../server/node/ownFiles';
import { watchedFiles } from './faultyFiles';

const [root, name, wanted, when, text] = process.argv.slice(2);
let calls = 0;
const kill = (moment: string): void => {
  if (moment === when && calls === Number(wanted)) process.kill(process.pid, 'SIGKILL');
};
const files = ownFiles(root, watchedFiles(() => {
  calls++;
  kill('before');
}, () => kill('after')));
void files.write(name, [Buffer.from(text), Buffer.from(text)]).then(() => process.stdout.write(`calls ${calls}`));
