// The extension as an installed one: what a package for this machine would hold, unpacked into an extensions folder.
import fs from 'node:fs';
import path from 'node:path';
import { hostTarget, placeRuntime, root } from '../../build.mjs';

/** A workbench takes an unpacked folder of this name as installed. The runtime of nets comes with it, as in a package. */
export async function unpackInto(extensions) {
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const { default: { listFiles, PackageManager } } = await import('@vscode/vsce');
  const target = path.join(extensions, `${manifest.publisher}.${manifest.name}-${manifest.version}`);
  for (const file of await listFiles({ cwd: root, packageManager: PackageManager.None })) fs.cpSync(path.join(root, file), path.join(target, file));
  placeRuntime(hostTarget(), path.join(target, 'dist'));
}
