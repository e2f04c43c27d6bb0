import * as assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import * as path from 'node:path';
import { Framing } from '../../server/lsp/framing';
import { repositoryRoot } from '../support/shared';

const text = (value: string): Buffer => Buffer.from(value);
const framed = (body: string): string => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const call = (id: unknown, method: string, params: unknown = null): string => framed(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
const initialize = call(1, 'initialize', { processId: null, rootUri: null, capabilities: {} }) + framed('{"jsonrpc":"2.0","method":"initialized","params":{}}');

describe('framing of messages', () => {
  const take = (...parts: readonly Buffer[]): { readonly messages: readonly string[]; readonly fault: string | undefined; readonly incomplete: boolean } => {
    const messages: string[] = [];
    const framing = new Framing((bytes) => messages.push(Buffer.from(bytes).toString('utf8')), 100);
    let fault: string | undefined;
    for (const part of parts) fault ??= framing.push(part);
    return { messages, fault, incomplete: framing.incomplete };
  };

  it('gives the same messages however the bytes are cut', () => {
    const bytes = text(`${framed('{"a":1}')}${framed('')}content-type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length:7\r\n\r\n"ä€`);
    for (let size = 1; size <= bytes.length; size++) {
      const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
      assert.deepEqual(take(...parts), { messages: ['{"a":1}', ''], fault: undefined, incomplete: true });
    }
  });

  const broken: readonly (readonly [what: string, bytes: string, fault: RegExp])[] = [
    ['garbage', 'hello', /starts with "h" instead of "Content-Length"/], ['JSON without a header', '{"jsonrpc"', /starts with "\{"/], ['bytes', '\0\xff', /starts with/],
    ['another header', 'Content-Language: en\r\n', /starts with "Content-La"/], ['a length that is no number', 'Content-Length: x\r\n\r\n', /no single Content-Length/],
    ['a length below 0', 'Content-Length: -5\r\n\r\n', /no single Content-Length/], ['no length', 'Content-Type: x\r\n\r\n', /no single Content-Length/],
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n\r\n', /no single Content-Length/], ['a message that is too long', 'Content-Length: 101\r\n\r\n', /101 bytes is announced/],
    ['a header without end', `Content-Length: ${' '.repeat(2000)}`, /longer than 1024 bytes/], ['what follows a message', `${framed('{}')}x`, /starts with "x"/],
  ];
  for (const [what, bytes, fault] of broken) it(`${what} is a fault at once`, () => assert.match(take(text(bytes)).fault ?? '', fault));

  it('looks at a header of a gigabyte no further than its limit', () => {
    const framing = new Framing(() => assert.fail());
    let pushed = 0;
    while (framing.push(Buffer.alloc(1 << 20, pushed === 0 ? 'Content-Length: ' : ' ')) === undefined) pushed++;
    assert.equal(pushed, 0);
  });
});

describe('server over stdio with a broken client', () => {
  const running: ChildProcess[] = [];
  afterEach(() => running.splice(0).forEach((one) => one.kill('SIGKILL')));

  /** The bundled server, and what it says. */
  function start() {
    const server = spawn(process.execPath, [path.join(repositoryRoot, 'dist/server.js'), '--stdio'], { stdio: 'pipe' });
    running.push(server);
    let out = '', err = '';
    server.stdout.on('data', (data: Buffer) => { out += data.toString(); });
    server.stderr.on('data', (data: Buffer) => { err += data.toString(); });
    server.stdin.on('error', () => undefined);
    const ended = new Promise<number | null>((resolve) => server.once('close', (code) => resolve(code)));
    const answer = async (id: string): Promise<string> => {
      const end = Date.now() + 10_000;
      for (;;) {
        const found = out.split(/Content-Length: \d+\r\n\r\n/).find((one) => one.includes(`"id":${id},`));
        if (found !== undefined) return found;
        if (Date.now() > end) throw new Error(`no answer to ${id}: ${out} ${err}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    return { server, ended, answer, said: () => err };
  }

  const ends: readonly (readonly [what: string, bytes: string, said: RegExp])[] = [
    ['garbage', 'what is this\n', /what the client sends is broken: a message starts with "w" instead of "Content-Length"/],
    ['a message that is no JSON', framed('{ nonsense'), /a message is no JSON/],
    ['a length that is too small', 'Content-Length: 10\r\n\r\n{"jsonrpc":"2.0","id":1,"method":"shutdown"}', /a message is no JSON/],
    ['a length of a terabyte', 'Content-Length: 1000000000000\r\n\r\n', /1000000000000 bytes is announced/],
    ['garbage after good messages', `${initialize}{}`, /a message starts with "\{"/],
  ];
  for (const [what, bytes, said] of ends) {
    it(`${what} ends it with code 1 and a line on standard error`, async () => {
      const { server, ended, said: err } = start();
      server.stdin.write(bytes);
      assert.equal(await ended, 1);
      assert.match(err(), new RegExp(`^anomaline-server: .*${said.source}.*\\.\\n$`));
    });
  }

  it('a header of a gigabyte ends it before it is there', async () => {
    const { server, ended } = start();
    const part = Buffer.alloc(1 << 20, 'a');
    server.stdin.write('Content-Length: ');
    for (let i = 0; i < 1024 && server.exitCode === null; i++) await new Promise((resolve) => server.stdin.write(part, resolve));
    assert.equal(await ended, 1);
  });

  it('a client that goes away in the middle of a message ends it with a message', async () => {
    const { server, ended, said } = start();
    server.stdin.end(`${initialize}Content-Length: 100\r\n\r\n{`);
    assert.equal(await ended, 1);
    assert.match(said(), /1 of the 100 bytes of a message are there, and the connection is closed/);
  });

  it('a client that goes away ends it: code 1, or 0 after shutdown', async () => {
    const first = start(), second = start();
    first.server.stdin.end(initialize);
    second.server.stdin.end(`${initialize}${call(2, 'shutdown')}`);
    assert.deepEqual([await first.ended, await second.ended], [1, 0]);
  });

  it('a client that does not listen any more ends it', async () => {
    const { server, ended, answer, said } = start();
    server.stdin.write(initialize);
    await answer('1');
    server.stdout.destroy();
    const again = setInterval(() => server.stdin.write(call(5, 'anomaline/status')), 20);
    assert.equal(await ended, 1);
    clearInterval(again);
    assert.match(said(), /the client cannot be written to: EPIPE/);
  });

  it('JSON that is no JSON-RPC is answered with an error, and the server goes on', async () => {
    const { server, answer } = start();
    server.stdin.write(call(7, 'anomaline/status'));
    assert.match(await answer('7'), /"code":-32002.*not initialised/);
    const wrong = ['5', 'null', '"x"', '[]', '{}', '{"jsonrpc":"1.0","id":11,"method":"shutdown"}', '{"jsonrpc":"2.0","id":12}', '{"jsonrpc":"2.0","id":13,"method":5}', '{"jsonrpc":"2.0","id":{},"method":"shutdown"}', '{"jsonrpc":"2.0","id":14,"result":1,"error":2}'];
    server.stdin.write(initialize + wrong.map(framed).join('') + call(15, 'anomaline/status'));
    assert.match(await answer('null'), /"code":-32600,"message":"The message is no JSON-RPC: it must be an object\."/);
    for (const id of ['11', '12', '13', '14']) assert.match(await answer(id), /"code":-32600/);
    assert.match(await answer('15'), /"result":\{/);
  });
});
