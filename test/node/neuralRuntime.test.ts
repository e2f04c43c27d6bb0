import * as assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Worker } from 'node:worker_threads';
import { NeuralError, type NeuralSession, type Tensors } from '../../server/core/nn/runtime';
import { type ChildRuntime, type NeuralOptions, openNeuralRuntime, threadsFor } from '../../server/node/neural/childRuntime';
import { Folders } from '../support/folder';
import { adder, f32, type Operator, program } from '../support/onnxPrograms';
import { repositoryRoot } from '../support/shared';

const compiled = path.join(repositoryRoot, 'out/server');
const script = path.join(compiled, 'workers/neuralHost.js');
const runtimes: ChildRuntime[] = [];
const folders = new Folders();

function open(options: Partial<NeuralOptions> = {}): ChildRuntime {
  const runtime = openNeuralRuntime({ script, threads: 2, ...options });
  runtimes.push(runtime);
  return runtime;
}
const floats = (...values: number[]): Float32Array => new Float32Array(values);
const rejects = (promise: Promise<unknown>, reason: NeuralError['reason'], message = /./): Promise<void> => assert.rejects(promise, (error: NeuralError) => {
  assert.ok(error instanceof NeuralError, String(error));
  assert.equal(error.reason, reason, error.message);
  assert.match(error.message, message);
  return true;
});
/** Whether a process of this number runs. One that ended in the care of a thread that is gone stays listed as a zombie until its parent ends. */
const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 20) {
    assert.ok(waited < 8000, what);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
/** A call that takes some ten seconds. */
const slow = program([...Array.from({ length: 250 }, (_, i): Operator => ['MatMul', [`m${i}`, 'm0'], [`m${i + 1}`]]), ['ReduceSum', ['m250'], ['sum'], { keepdims: 0 }]], { inputs: [f32('m0', 1024, 1024)], outputs: [f32('sum')] });
/** One of some two minutes, during which the child hears nothing. */
const deaf = program([...Array.from({ length: 3000 }, (_, i): Operator => ['MatMul', [`m${i}`, 'm0'], [`m${i + 1}`]]), ['ReduceSum', ['m3000'], ['sum'], { keepdims: 0 }]], { inputs: [f32('m0', 1024, 1024)], outputs: [f32('sum')] });
const slowFeeds = { m0: new Float32Array(1024 * 1024) };

describe('neural runtime in a child process', () => {
  after(async () => {
    await Promise.all(runtimes.map((runtime) => runtime.dispose()));
    folders.remove();
  });

  for (const provider of ['cpu', 'wasm'] as const) {
    it(`${provider}: keeps state between calls, gives it, takes it`, async () => {
      const session = await open({ provider }).open(adder, { total: floats(0, 10, 20, 30) });
      assert.deepEqual(await session.run({ x: floats(1, 2, 3, 4) }), { y: floats(1, 12, 23, 34), sum: floats(70) });
      assert.deepEqual(await session.run({ x: floats(1, 2, 3, 4) }), { y: floats(2, 14, 26, 38), sum: floats(80) });
      assert.deepEqual(await session.run({ x: floats(0, 0, 0, 0) }), { y: floats(2, 14, 26, 38), sum: floats(80) });
      assert.deepEqual(await session.state(), { total: floats(2, 14, 26, 38) });
      await session.setState({ total: floats(1, 1, 1, 1) });
      await session.setState({});
      assert.deepEqual((await session.run({ x: floats(0, 0, 0, 1) }))['y'], floats(1, 1, 1, 2));
      assert.deepEqual(await session.state(), { total: floats(1, 1, 1, 2) });
      await session.close();
    });

    it(`${provider}: every element type, state that no call changes, feeds that are views`, async () => {
      const types = program([
        ['Cast', ['i'], ['fi'], { to: 1 }], ['Cast', ['l'], ['fl'], { to: 1 }], ['Cast', ['u'], ['fu'], { to: 1 }], ['Cast', ['b'], ['fb'], { to: 1 }],
        ['Sum', ['f', 'fi', 'fl', 'fu', 'fb', 'w'], ['sum']], ['Not', ['b'], ['not']], ['Add', ['l', 'l'], ['double']], ['Add', ['i', 'i'], ['twice']], ['Identity', ['u'], ['same']],
      ], {
        inputs: [f32('f', 2), { name: 'i', type: 'int32', shape: [2] }, { name: 'l', type: 'int64', shape: [2] }, { name: 'u', type: 'uint8', shape: [2] }, { name: 'b', type: 'bool', shape: [2] }],
        outputs: [f32('sum', 2), { name: 'not', type: 'bool', shape: [2] }, { name: 'double', type: 'int64', shape: [2] }, { name: 'twice', type: 'int32', shape: [2] }, { name: 'same', type: 'uint8', shape: [2] }],
        state: [f32('w', 2)],
      });
      const session = await open({ provider }).open(types, { w: floats(0.5, 0.25) });
      const feeds = { f: new Float32Array([9, 1, 2, 9]).subarray(1, 3), i: Int32Array.of(-3, 4), l: BigInt64Array.of(5n, -6n), u: Uint8Array.of(9, 200, 7, 9).subarray(1, 3), b: Uint8Array.of(1, 0) };
      for (let call = 0; call < 2; call++) {
        assert.deepEqual(await session.run(feeds), { sum: floats(1 - 3 + 5 + 200 + 1 + 0.5, 2 + 4 - 6 + 7 + 0.25), not: Uint8Array.of(0, 1), double: BigInt64Array.of(10n, -12n), twice: Int32Array.of(-6, 8), same: Uint8Array.of(200, 7) });
      }
      assert.deepEqual(await session.state(), { w: floats(0.5, 0.25) });
      await session.close();
    });
  }

  it('what comes back is the caller\'s: arrays with memory of their own, that later calls do not change', async () => {
    const session = await open().open(adder, { total: floats(0, 0, 0, 0) });
    const first = await session.run({ x: floats(1, 1, 1, 1) }), state = await session.state();
    await session.run({ x: floats(5, 5, 5, 5) });
    assert.deepEqual([first['y'], state['total']], [floats(1, 1, 1, 1), floats(1, 1, 1, 1)]);
    for (const data of [...Object.values(first), ...Object.values(state)]) assert.equal(data.buffer.byteLength, data.byteLength);
    await session.close();
  });

  it('many sessions share a child, each with its own state; the last that closes ends it', async () => {
    const runtime = open();
    const sessions = await Promise.all(Array.from({ length: 12 }, (_, i) => runtime.open(adder, { total: floats(i, i, i, i) })));
    const pid = runtime.pid as number;
    await Promise.all(sessions.map((session) => session.run({ x: floats(1, 1, 1, 1) })));
    assert.deepEqual(await Promise.all(sessions.map(async (session) => (await session.run({ x: floats(0, 0, 0, 1) }))['sum'][0])), sessions.map((_, i) => 4 * (i + 1) + 1));
    for (const session of sessions.slice(1)) await session.close();
    await rejects(sessions[3].run({ x: floats(0, 0, 0, 0) }), 'crashed', /closed/);
    assert.deepEqual([runtime.pid, lives(pid)], [pid, true]);
    await sessions[0].close();
    assert.deepEqual([runtime.pid, lives(pid)], [undefined, false]);
    await sessions[0].close();
    const again = await runtime.open(adder, { total: floats(0, 0, 0, 0) });
    assert.equal((await again.run({ x: floats(1, 2, 3, 4) }))['sum'][0], 10);
    await again.close();
  });

  for (const provider of ['cpu', 'wasm'] as const) {
    it(`${provider}: programs on the same kept tensors see what the others did, also when the first is closed`, async () => {
      const looker = program([['ReduceMax', ['total'], ['most'], { keepdims: 0 }]], { inputs: [], outputs: [f32('most')], state: [f32('total', 4)] });
      const doubler = program([['Mul', ['total', 'by'], ['total_next']], ['Identity', ['by'], ['same']]], { inputs: [f32('by', 1)], outputs: [f32('same', 1)], state: [{ ...f32('total', 4), next: 'total_next' }] });
      const runtime = open({ provider }), first = await runtime.open(adder, { total: floats(1, 2, 3, 4) }), second = await first.share(doubler), third = await second.share(looker);
      const most = async (): Promise<number> => (await third.run({}))['most'][0] as number;
      assert.equal(await most(), 4);
      await first.run({ x: floats(0, 0, 0, 1) });
      assert.equal(await most(), 5);
      await second.run({ by: floats(2) });
      assert.equal(await most(), 10);
      await first.run({ x: floats(10, 0, 0, 0) });
      await first.close();
      await second.run({ by: floats(-1) });
      assert.deepEqual([await most(), await third.state()], [-4, { total: floats(-12, -4, -6, -10) }]);
      await second.close();
      const pid = runtime.pid as number;
      await third.close();
      assert.equal(lives(pid), false);
    });
  }

  it('shares only kept tensors of the same name, type and shape', async () => {
    const session = await open().open(adder, { total: floats(1, 2, 3, 4) });
    const other = (spec: ReturnType<typeof f32>) => program([['Identity', [spec.name], ['y']]], { inputs: [], outputs: [{ ...spec, name: 'y' }], state: [spec] });
    await rejects(session.share(other(f32('sum', 4))), 'program', /no kept tensor "sum"; it has total/);
    await rejects(session.share(other(f32('total', 2, 2))), 'program', /float32 \[4\] in the session to share, not float32 \[2, 2\]/);
    assert.deepEqual(await (await session.share(other(f32('total', 4)))).run({}), { y: floats(1, 2, 3, 4) });
    await session.close();
  });

  it('killed in the middle of a call: that call and what waits are rejected, the next session has a new child', async () => {
    const runtime = open(), session = await runtime.open(slow, {}), other = await runtime.open(adder, { total: floats(0, 0, 0, 0) });
    const calls = [rejects(session.run(slowFeeds), 'crashed', /SIGKILL.*memory/), rejects(other.run({ x: floats(0, 0, 0, 0) }), 'crashed')];
    await new Promise((resolve) => setTimeout(resolve, 300));
    process.kill(runtime.pid as number, 'SIGKILL');
    await Promise.all(calls);
    await rejects(other.state(), 'crashed');
    const next = await runtime.open(adder, { total: floats(1, 0, 0, 0) });
    assert.equal((await next.run({ x: floats(0, 0, 0, 0) }))['sum'][0], 1);
    await next.close();
  });

  for (const how of ['close', 'dispose'] as const) {
    it(`${how} in the middle of a call ends it at once and frees the process`, async () => {
      const runtime = open(), session = await runtime.open(slow, {}), pid = runtime.pid as number;
      const call = rejects(session.run(slowFeeds), 'crashed', how === 'close' ? /closed/ : /stopped/);
      await new Promise((resolve) => setTimeout(resolve, 200));
      const from = performance.now();
      await (how === 'close' ? session.close() : runtime.dispose());
      assert.ok(performance.now() - from < 2000);
      assert.equal(lives(pid), false);
      await call;
    });
  }

  it('the child works with lower priority', async () => {
    const { getPriority } = await import('node:os');
    const runtime = open(), session = await runtime.open(adder, { total: floats(0, 0, 0, 0) });
    assert.ok(getPriority(runtime.pid as number) > getPriority());
    await session.close();
  });

  it('the child is Node where the parent may be Electron, and told to be silent', async function () {
    if (process.platform !== 'linux') this.skip();
    const runtime = open(), session = await runtime.open(adder, { total: floats(0, 0, 0, 0) });
    const environment = fs.readFileSync(`/proc/${runtime.pid}/environ`, 'utf8').split('\0');
    for (const wanted of ['ELECTRON_RUN_AS_NODE=1', 'ORT_DISABLE_TELEMETRY=1']) assert.ok(environment.includes(wanted), wanted);
    await session.close();
  });

  it('does not keep its parent alive, and ends with it', async () => {
    const parent = folders.put(folders.make(), 'parent.js', `
      const { openNeuralRuntime } = require(${JSON.stringify(path.join(compiled, 'node/neural/childRuntime.js'))});
      const runtime = openNeuralRuntime({ script: ${JSON.stringify(script)} });
      process.once('message', async ({ program, mode }) => {
        await runtime.open(program, { total: new Float32Array(4) });
        process.send(runtime.pid, () => { if (mode === 'killed') process.kill(process.pid, 'SIGKILL'); process.disconnect(); });
      });`);
    for (const mode of ['leave', 'killed']) {
      const child = fork(parent, { serialization: 'advanced', stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const pid = await new Promise<number>((resolve) => { child.once('message', resolve); child.send({ program: adder, mode }); });
      await ended;
      await until(`${mode}: the child of the child ends`, () => !lives(pid));
    }
  });

  it('ends with its parent in the middle of a call that nothing interrupts', async () => {
    const parent = folders.put(folders.make(), 'parent.js', `
      const { openNeuralRuntime } = require(${JSON.stringify(path.join(compiled, 'node/neural/childRuntime.js'))});
      const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');
      const begin = async (program, tell) => {
        const runtime = openNeuralRuntime({ script: ${JSON.stringify(script)} }), session = await runtime.open(program, {});
        session.run({ m0: new Float32Array(1024 * 1024) }).catch(() => undefined);
        setTimeout(() => tell(runtime.pid), 500);
      };
      if (!isMainThread) begin(workerData, (pid) => parentPort.postMessage(pid));
      else process.once('message', ({ program, mode }) => {
        if (mode !== 'terminated') return begin(program, (pid) => process.send(pid, () => (mode === 'killed' ? process.kill(process.pid, 'SIGKILL') : process.exit())));
        const worker = new Worker(__filename, { workerData: program });
        worker.once('message', (pid) => process.send(pid, () => worker.terminate()));
        setInterval(() => undefined, 1000);
      });`);
    for (const mode of ['exit', 'killed', 'terminated']) {
      const child = fork(parent, { serialization: 'advanced', stdio: 'ignore' });
      const pid = await new Promise<number>((resolve) => { child.once('message', resolve); child.send({ program: deaf, mode }); });
      await until(`${mode}: the child of the child ends`, () => !lives(pid));
      child.kill('SIGKILL');
    }
  });

  it('a call without an answer is ended with its process, and the next session has a new one', async () => {
    let waits = 0;
    const runtime = open({ patience: 1500, onWait: () => waits++ }), session = await runtime.open(deaf, {}), pid = runtime.pid as number;
    await rejects(session.run(slowFeeds), 'crashed', /did not answer for 1\.5 s and was stopped\. Run the command again/);
    assert.ok(waits > 0);
    await until('the child ends', () => !lives(pid));
    const next = await runtime.open(adder, { total: floats(1, 0, 0, 0) });
    assert.equal((await next.run({ x: floats(0, 0, 0, 0) }))['sum'][0], 1);
    await next.close();
  });

  it('works in a worker thread, and ends when that is terminated', async () => {
    const worker = new Worker(`
      const { parentPort, workerData } = require('node:worker_threads');
      const { openNeuralRuntime } = require(workerData.runtime);
      const runtime = openNeuralRuntime({ script: workerData.script });
      runtime.open(workerData.adder, { total: new Float32Array(4) }).then(async (session) => parentPort.postMessage({ pid: runtime.pid, out: await session.run({ x: Float32Array.of(1, 2, 3, 4) }) }));
      parentPort.on('message', () => undefined);`, { eval: true, workerData: { runtime: path.join(compiled, 'node/neural/childRuntime.js'), script, adder } });
    const { pid, out } = await new Promise<{ pid: number; out: Tensors }>((resolve, reject) => { worker.once('message', resolve); worker.once('error', reject); });
    assert.deepEqual(out['sum'], floats(10));
    await worker.terminate();
    await until('the child ends', () => !lives(pid));
  });

  it('says what is wrong with tensors, and goes on', async () => {
    const runtime = open();
    await rejects(runtime.open(adder, {}), 'program', /kept tensor "total" is missing/);
    const session = await runtime.open(adder, { total: floats(0, 0, 0, 0) });
    await rejects(session.run({}), 'program', /input "x" is missing/);
    await rejects(session.run({ x: floats(1) }), 'program', /4 numbers \(shape \[4\]\), it has 1/);
    await rejects(session.run({ x: new Int32Array(4) }), 'program', /Float32Array \(float32\), it is a Int32Array/);
    await rejects(session.run({ x: floats(1, 1, 1, 1), z: floats(1) }), 'program', /no input "z"; it has x/);
    await rejects(session.setState({ totl: floats(1) }), 'program', /no kept tensor "totl"; it has total/);
    assert.equal((await session.run({ x: floats(1, 2, 3, 4) }))['sum'][0], 10);
    await session.close();
  });

  const bad: { what: string; program: typeof adder; reason: NeuralError['reason']; message: RegExp }[] = [
    { what: 'no ONNX file', program: { ...adder, onnx: Uint8Array.of(1, 2, 3) }, reason: 'program', message: /refused the net/ },
    { what: 'an operator that does not exist', program: program([['Nonsense', ['x'], ['y']]], { inputs: [f32('x', 1)], outputs: [f32('y', 1)] }), reason: 'program', message: /Nonsense/ },
    { what: 'an output that the graph has not', program: { ...adder, outputs: [f32('yy', 4)] }, reason: 'program', message: /no output "yy"; it has "y"/ },
    { what: 'an input that is not fed', program: { ...adder, inputs: [] }, reason: 'program', message: /Nothing feeds the graph's input "x"/ },
  ];
  for (const { what, program: wrong, reason, message } of bad) {
    it(`refuses ${what}, and the runtime goes on`, async () => {
      const runtime = open();
      await rejects(runtime.open(wrong, { total: floats(0, 0, 0, 0) }).catch((error: unknown) => { if (error instanceof NeuralError && /kept tensor/.test(error.message)) return runtime.open(wrong, {}); throw error; }), reason, message);
      const session = await runtime.open(adder, { total: floats(0, 0, 0, 0) });
      await session.close();
    });
  }

  for (const provider of ['cpu', 'wasm'] as const) {
    it(`${provider}: out of memory is said, with what to lower, and the session is closed`, async () => {
      const side = provider === 'wasm' ? 15n : 20n; // 4 GB are too much for 32-bit addresses, 4 TB for any machine of today
      const huge = program([['Expand', ['x', 'shape'], ['big']], ['ReduceSum', ['big'], ['sum'], { keepdims: 0 }]], { inputs: [f32('x', 1), { name: 'shape', type: 'int64', shape: [2] }], outputs: [f32('sum')] });
      const session: NeuralSession = await open({ provider }).open(huge, {});
      assert.deepEqual(await session.run({ x: floats(2), shape: BigInt64Array.of(3n, 4n) }), { sum: floats(24) });
      await rejects(session.run({ x: floats(2), shape: BigInt64Array.of(1n << side, 1n << side) }), 'memory', /batch size.*model size/);
      await rejects(session.run({ x: floats(2), shape: BigInt64Array.of(1n, 1n) }), 'crashed', /closed/);
    });
  }

  it('a provider that is not to be had: says so and runs on the processor', async () => {
    for (const provider of ['coreml', 'cuda', 'webgpu'] as const) {
      if (provider === 'coreml' && process.platform === 'darwin') continue;
      const told: string[] = [], session = await open({ provider, onNotice: (text) => told.push(text) }).open(adder, { total: floats(0, 0, 0, 0) });
      assert.equal((await session.run({ x: floats(1, 2, 3, 4) }))['sum'][0], 10);
      // A machine may well have CUDA or a graphics processor.
      if (provider === 'coreml') assert.match(told.join(), /"anomaline.neural.provider" is "coreml", which the runtime does not offer on .*; it offers .*cpu/);
      else for (const text of told) assert.match(text, new RegExp(`is "${provider}", which`));
      await session.close();
    }
  });

  it('no script: says that the process ended', async () => {
    await rejects(open({ script: path.join(compiled, 'workers/absent.js') }).open(adder, { total: floats(0, 0, 0, 0) }), 'crashed', /ended unexpectedly \(exit code 1\).*absent/);
  });

  it('threads: as set, or as many as there are cores, at most 4', () => {
    assert.equal(threadsFor(3), 3);
    assert.ok(threadsFor(0) >= 1 && threadsFor(0) <= 4);
  });
});
