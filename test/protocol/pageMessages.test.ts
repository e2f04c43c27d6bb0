import * as assert from 'node:assert/strict';
import { checked } from '../../server/protocol/schemas/shape';
import { pageMessage } from '../../server/protocol/schemas/webview';
import type { ToHost } from '../../server/protocol/webview/messages';

const place = { uri: 'file:///c/a.log', line: 1, startCharacter: 0, endCharacter: 9 };
const columns = { grouping: 'pair', order: 'size', filter: '', first: 0, last: 2.5 } as const;

/** One of each kind. */
const good: readonly ToHost[] = [
  { kind: 'ready' }, { kind: 'ask', id: 1, method: 'anomaline/groups', params: undefined }, { kind: 'cancel', id: 1 }, { kind: 'jump', place, keepFocus: true, pin: true }, { kind: 'export', file: { name: 'state 12, rows.csv', content: 'a' } },
  { kind: 'export', file: { name: 'automaton.png', content: Uint8Array.of(1) } }, { kind: 'copy', text: 'x' }, { kind: 'open', page: 'timeline', target: { kind: 'state', state: 3, others: [1] } }, { kind: 'open', page: 'automaton', target: { kind: 'group', group: 'a b' } },
  { kind: 'open', page: 'rootCauses', target: { kind: 'line', line: { uri: place.uri, line: 0 } } }, { kind: 'brush', selection: null }, { kind: 'brush', selection: { time: [0, 1.5], columns } }, { kind: 'follow', on: false },
  { kind: 'keep', key: 'k', layout: { nodes: new Float32Array(2), edges: new Float32Array(0), edgeStart: new Uint32Array(1) } }, { kind: 'command', command: 'anomaline.learn' }, { kind: 'fault', text: 'x' },
];

const bad: readonly (readonly [message: unknown, fault: RegExp])[] = [
  [null, /the message must be a message of a page/], ['ready', /the message must be/], [{ kind: '__proto__' }, /"kind" must be/], [{ kind: 'ask', id: 'x', method: 'm', params: null }, /"id" must be a whole number/], [{ kind: 'ask', id: 1, method: {}, params: null }, /"method" must be a text/],
  [{ kind: 'jump', place: { ...place, uri: 'command:workbench.action.quit' }, keepFocus: true }, /"place.uri" must be a file: or anomaline-gz: URI/], [{ kind: 'jump', place: { ...place, uri: 'https://example.org/' }, keepFocus: true }, /"place.uri" must be/],
  [{ kind: 'jump', place: { ...place, line: NaN }, keepFocus: true }, /"place.line" must be/], [{ kind: 'jump', keepFocus: true }, /must be an object of kind, place, keepFocus, pin/], [{ kind: 'command', command: 'workbench.action.terminal.sendSequence' }, /"command" must be one of anomaline\.investigate/],
  [{ kind: 'export', file: { name: '../../.bashrc', content: '' } }, /"file.name" must be the name of a file without folder/], [{ kind: 'export', file: { name: 'a\\b', content: '' } }, /"file.name"/], [{ kind: 'export', file: { name: '.profile', content: '' } }, /"file.name"/],
  [{ kind: 'open', page: 'constructor', target: { kind: 'state', state: 0 } }, /"page" must be one of/], [{ kind: 'open', page: 'timeline', target: { kind: 'state', state: -1 } }, /"target.state" must be/],
  [{ kind: 'brush', selection: { time: [0, Infinity] } }, /"selection.time.1" must be/], [{ kind: 'keep', key: 'k', layout: { nodes: [1], edges: new Float32Array(0), edgeStart: new Uint32Array(1) } }, /"layout.nodes" must be a Float32Array/],
];

describe('messages of pages', () => {
  for (const message of good) it(`takes ${JSON.stringify(message).slice(0, 80)}`, () => assert.deepEqual(checked(pageMessage, message, 'the message'), { value: message }));
  for (const [message, fault] of bad) {
    it(`refuses ${JSON.stringify(message)?.slice(0, 80)}`, () => {
      const said = checked(pageMessage, message, 'the message');
      assert.match('fault' in said ? said.fault : 'taken', fault);
    });
  }
});
