import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** A folder of its own for each test: `make` writes files by relative path; all are removed when the suite's `after` calls `remove`. */
export class Folders {
  private readonly made: string[] = [];

  make(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
    // The real path, as a walk tells it: the system's folder for temporary files may be a link.
    const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'anomaline-test-')));
    this.made.push(root);
    for (const [name, content] of Object.entries(files)) this.put(root, name, content);
    return root;
  }

  put(root: string, name: string, content: string | Uint8Array): string {
    const file = path.join(root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
    return file;
  }

  remove(): void {
    for (const root of this.made.splice(0)) fs.rmSync(root, { recursive: true, force: true });
  }
}

/** Names of all files below a folder, with forward slashes, in order. */
export function namesBelow(root: string): string[] {
  return fs.readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/')).sort();
}
