import * as assert from 'node:assert/strict';
import { NeuralError } from '../../server/core/nn/runtime';
import { endOfHost, toNeuralError } from '../../server/node/neural/failure';
import type { NeuralProvider } from '../../server/protocol/settings';

describe('failures of the runtime', () => {
  const errors: { error: unknown; provider?: NeuralProvider; reason: NeuralError['reason']; message: RegExp }[] = [
    { error: new Error('std::bad_alloc'), reason: 'memory', message: /does not fit into memory \(std::bad_alloc\)\. Lower the batch size/ },
    { error: new Error('Failed to allocate memory for requested buffer of size 4294967296'), reason: 'memory', message: /Lower the batch size/ },
    { error: new RangeError('Array buffer allocation failed'), reason: 'memory', message: /smaller model/ },
    { error: 'Aborted(OOM)', reason: 'memory', message: /OOM/ },
    { error: new Error('out of memory'), provider: 'webgpu', reason: 'memory', message: /Lower the batch size/ },
    { error: new Error('Unknown operator Foo'), reason: 'program', message: /refused the net: Unknown operator Foo/ },
    { error: 12345, provider: 'wasm', reason: 'program', message: /error 12345/ },
    { error: new Error('too many bindings.'), provider: 'webgpu', reason: 'provider', message: /"webgpu" could not run the net: too many bindings\. Set "anomaline\.neural\.provider" to "cpu"\./ },
    { error: new NeuralError('program', 'mine'), provider: 'dml', reason: 'program', message: /^mine$/ },
  ];
  for (const { error, provider, reason, message } of errors) {
    it(`${String(error)}${provider ? `, on ${provider}` : ''}: ${reason}`, () => {
      const made = toNeuralError(error, provider);
      assert.equal(made.reason, reason);
      assert.match(made.message, message);
    });
  }

  const ends: { code: number | null; signal: string | null; stderr?: string; reason: NeuralError['reason']; message: RegExp }[] = [
    { code: 7, signal: null, reason: 'crashed', message: /\(exit code 7\)\. Try again; .*"wasm"/ },
    { code: null, signal: 'SIGKILL', reason: 'crashed', message: /\(signal SIGKILL\)\. The system kills a process when memory is short\. .*lower the batch size/ },
    { code: null, signal: 'SIGSEGV', stderr: 'one\nFatal error: two\nthree\n', reason: 'crashed', message: /It wrote: Fatal error: two\./ },
    { code: 1, signal: null, stderr: 'words\nlast words\n', reason: 'crashed', message: /It wrote: last words\./ },
    { code: null, signal: 'SIGABRT', stderr: "terminate called after throwing an instance of 'std::bad_alloc'\n", reason: 'memory', message: /for lack of memory \(signal SIGABRT\)\. Lower/ },
    { code: 134, signal: null, stderr: 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', reason: 'memory', message: /for lack of memory/ },
  ];
  for (const { code, signal, stderr = '', reason, message } of ends) {
    it(`the process ends with ${signal ?? code}${stderr && `, having written "${stderr.split('\n')[0]}"`}: ${reason}`, () => {
      const made = endOfHost(code, signal, stderr);
      assert.equal(made.reason, reason);
      assert.match(made.message, message);
    });
  }
});
