import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { openNeuralRuntime } from '../../server/node/neural/childRuntime';
import { Folders } from '../support/folder';
import { adder } from '../support/onnxPrograms';
import { repositoryRoot } from '../support/shared';

interface BuildScript {
  readonly targets: Readonly<Record<string, string | undefined>>;
  runtimeFiles(target: string): string[];
  placeRuntime(target: string, folder: string): void;
  hostTarget(): string;
}

const modules = path.join(repositoryRoot, 'node_modules');
const binaries = /\.(node|dll|dylib|so(\.\d+)*|wasm)$/;
const names = (files: readonly string[]): string[] => files.filter((file) => binaries.test(file)).map((file) => path.basename(file)).sort();

/** Files of the native build a package holds beside the WebAssembly build; none: it has that alone. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'linux-x64': ['libonnxruntime.so.1', 'onnxruntime_binding.node'], 'linux-arm64': ['libonnxruntime.so.1', 'onnxruntime_binding.node'],
  'darwin-arm64': ['libonnxruntime.1.dylib', 'onnxruntime_binding.node'],
  'win32-x64': ['DirectML.dll', 'dxcompiler.dll', 'dxil.dll', 'onnxruntime.dll', 'onnxruntime_binding.node'], 'win32-arm64': ['DirectML.dll', 'dxcompiler.dll', 'dxil.dll', 'onnxruntime.dll', 'onnxruntime_binding.node'],
  'darwin-x64': [], 'linux-armhf': [], 'alpine-x64': [], 'alpine-arm64': [], universal: [],
};

describe('packages', () => {
  const folders = new Folders();
  let script: BuildScript;
  before(async () => { script = await import(pathToFileURL(path.join(repositoryRoot, 'build.mjs')).href) as BuildScript; });
  after(() => folders.remove());

  it('there is one for each platform of the table', () => assert.deepEqual(Object.keys(script.targets).sort(), Object.keys(expected).sort()));

  for (const [target, native] of Object.entries(expected)) {
    it(`${target}: the native build for it alone, the WebAssembly build, nothing else that is large`, () => {
      const files = script.runtimeFiles(target);
      assert.deepEqual(names(files), ['ort-wasm-simd-threaded.wasm', ...native].sort());
      const folder = target.replace('-', '/');
      for (const file of files) {
        if (file.includes('/bin/')) assert.ok(file.startsWith(`onnxruntime-node/bin/napi-v6/${folder}/`), file);
        assert.ok(fs.statSync(path.join(modules, file)).size < (binaries.test(file) ? 60e6 : 100e3), file);
        assert.ok(!/\.(map|ts)$|\/script\//.test(file), file);
      }
    });
  }

  it('every native build of the runtime has its package', () => {
    const there = fs.readdirSync(path.join(modules, 'onnxruntime-node/bin/napi-v6')).flatMap((system) => fs.readdirSync(path.join(modules, 'onnxruntime-node/bin/napi-v6', system)).map((processor) => `${system}-${processor}`));
    assert.deepEqual(there.sort(), Object.keys(expected).filter((target) => expected[target].length > 0).sort());
  });

  it('a target that does not exist: names those that do', () => assert.throws(() => script.runtimeFiles('linux-x65'), /--target linux-x65: there are linux-x64, .*universal, or all/));

  it('.vscodeignore lets the runtime in', async () => {
    const folder = folders.make();
    for (const file of ['.vscodeignore', 'package.json']) fs.copyFileSync(path.join(repositoryRoot, file), path.join(folder, file));
    const wanted = script.runtimeFiles('universal').map((file) => `dist/node_modules/${file}`);
    for (const file of wanted) folders.put(folder, file, '');
    folders.put(folder, 'node_modules/other/index.js', '');
    const { listFiles, PackageManager } = await import('@vscode/vsce');
    const listed = await listFiles({ cwd: folder, packageManager: PackageManager.None });
    assert.deepEqual(listed.filter((file) => file.includes('node_modules')).sort(), wanted.sort());
  });

  for (const target of ['here', 'universal']) {
    it(`the runtime as packaged for ${target} runs alone, far from node_modules, without the network and without a file of its own`, async function () {
      this.timeout(20_000);
      const outer = folders.make(), folder = path.join(outer, 'extension'), home = folders.make(), log = path.join(home, 'network.txt');
      await build({ absWorkingDir: repositoryRoot, entryPoints: { 'workers/neuralHost': 'server/workers/neuralHost.ts' }, outdir: path.join(folder, 'dist'), bundle: true, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'silent' });
      const named = target === 'here' ? script.hostTarget() : target;
      script.placeRuntime(named, path.join(folder, 'dist'));
      // Another extension's, or the user's: not to be touched.
      folders.put(outer, 'node_modules/onnxruntime-node/index.js', 'throw new Error("not ours")');
      const spy = folders.put(folder, 'spy.js', `
        const note = (what) => require('node:fs').appendFileSync(${JSON.stringify(log)}, what + '\\n');
        require('node:net').Socket.prototype.connect = () => note('connect');
        for (const name of ['lookup', 'resolve']) require('node:dns')[name] = () => note(name);
        globalThis.fetch = () => { note('fetch'); throw new Error('no network'); };`);
      const kept = { ...process.env }, notices: string[] = [];
      Object.assign(process.env, { NODE_OPTIONS: `--require ${spy}`, HOME: home, XDG_CACHE_HOME: home, LOCALAPPDATA: home });
      // These silence it too.
      for (const name of ['ORT_DISABLE_TELEMETRY', 'CI', 'GITHUB_ACTIONS', 'TF_BUILD']) delete process.env[name];
      try {
        const session = await openNeuralRuntime({ script: path.join(folder, 'dist/workers/neuralHost.js'), threads: 2, onNotice: (text) => notices.push(text) }).open(adder, { total: new Float32Array(4) });
        assert.deepEqual(await session.run({ x: Float32Array.of(1, 2, 3, 4) }), { y: Float32Array.of(1, 2, 3, 4), sum: Float32Array.of(10) });
        await session.close();
      } finally {
        for (const name of Object.keys(process.env)) if (!(name in kept)) delete process.env[name];
        Object.assign(process.env, kept);
      }
      assert.deepEqual(fs.readdirSync(home), []);
      if (expected[named].length > 0) assert.deepEqual(notices, []);
      else assert.match(notices.join(), /no native build of the runtime for .* here \(onnxruntime-node is not part of this package\): nets run in its WebAssembly build/);
    });
  }

  it('needs no install script: the files are there after npm ci --ignore-scripts', () => {
    const { status, stdout } = spawnSync(process.execPath, ['-p', 'require("onnxruntime-node/package.json").scripts.postinstall'], { cwd: repositoryRoot, encoding: 'utf8' });
    // Should it be gone one day, this test and what the documentation says of it can go too.
    assert.deepEqual([status, stdout.trim()], [0, 'node ./script/install']);
    for (const target of Object.keys(expected)) for (const file of script.runtimeFiles(target)) assert.ok(fs.existsSync(path.join(modules, file)), file);
    assert.match(fs.readFileSync(path.join(repositoryRoot, '.npmrc'), 'utf8'), /^ignore-scripts=true$/m, 'nor does a plain npm ci run one');
    assert.ok(fs.readFileSync(path.join(repositoryRoot, 'build.mjs'), 'utf8').includes("['ci', '--ignore-scripts'"));
  });
});
