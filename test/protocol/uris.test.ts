import * as assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import * as fc from 'fast-check';
import { logPath, logUri } from '../../server/protocol/uris';

describe('protocol/uris', () => {
  const cases: readonly (readonly [path: string, uri: string])[] = [
    ['/captures/conn.log', 'file:///captures/conn.log'],
    ['/a b/ü#?%.log', 'file:///a%20b/%C3%BC%23%3F%25.log'],
    ['/captures/conn.log.gz', 'anomaline-gz:/captures/conn.log.gz'],
    ['c:\\Logs\\conn.log', 'file:///c:/Logs/conn.log'],
    ['c:\\Logs\\conn.log.gz', 'anomaline-gz:/c:/Logs/conn.log.gz'],
    ['\\\\nas\\logs\\conn.log', 'file://nas/logs/conn.log'],
    ['\\\\nas\\logs\\conn.log.gz', 'anomaline-gz://nas/logs/conn.log.gz'],
  ];
  for (const [path, uri] of cases) {
    it(`${path} is ${uri} and back`, () => {
      assert.equal(logUri(path), uri);
      assert.equal(logPath(uri), path);
    });
  }

  const read: readonly (readonly [uri: string, path: string | undefined])[] = [
    ['file:///c%3A/Logs/conn.log', 'c:\\Logs\\conn.log'],
    ['file:///C:/Logs/conn.log', 'c:\\Logs\\conn.log'],
    ['file:///x/conn.log?query#L3', '/x/conn.log'],
    ['https://example.org/conn.log', undefined],
    ['untitled:Untitled-1', undefined],
    ['file:///%E0%A4%A', undefined],
    ['nothing', undefined],
  ];
  for (const [uri, path] of read) it(`reads ${uri} as ${path}`, () => assert.equal(logPath(uri), path));

  it('any absolute path comes back, and Node reads the same file from the URI', () => {
    const segment = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !/\p{Surrogate}/u.test(text) && !/[/\0\\]|^\.{1,2}$/.test(text) && !/^[A-Za-z]:/.test(text));
    fc.assert(fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (segments) => {
      const path = `/${segments.join('/')}`;
      assert.equal(logPath(logUri(path)), path);
      assert.equal(logPath(pathToFileURL(path).href), path);
    }), { seed: 1 });
  });

  it('a name that has no UTF-8 form makes no exception', () => assert.equal(logUri('/\ud800.log'), 'file:///%EF%BF%BD.log'));
});
