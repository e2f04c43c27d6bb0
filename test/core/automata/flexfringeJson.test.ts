import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { flexfringeVersion, fromFlexfringeJson, type FlexfringeJson, toFlexfringeJson } from '../../../server/core/automata/flexfringeJson';
import { learn } from '../../../server/core/automata/learner';
import { defaultLearnSettings } from '../../../server/core/automata/settings';
import { tracesOf } from '../../../server/core/automata/traces';
import { needShared } from '../../support/shared';
import { someSettings, someTraces } from './arbitrary';

const parsed = (json: unknown): FlexfringeJson => JSON.parse(JSON.stringify(json)) as FlexfringeJson;

/** Counts without those that are 0, which merges leave behind in the reference. */
function counted(data: FlexfringeJson['nodes'][number]['data']): unknown {
  return Object.fromEntries(Object.entries(data).flatMap(([key, value]: [string, unknown]) => {
    // Of merge tests that keep no counts of symbols it is not even null.
    if (value === null) return [];
    if (typeof value !== 'object') return [[key, value]];
    const counts = Object.entries(value).filter(([, count]) => Number(count) !== 0);
    return counts.length > 0 ? [[key, Object.fromEntries(counts)]] : [];
  }));
}

/** What a file says, without what has no meaning: the order of nodes, edges and label parts, levels, zeros, and edges to nodes that are not listed. */
function meaning({ types, alphabet, nodes, edges, ...rest }: FlexfringeJson): unknown {
  const ids = new Set(nodes.map((node) => String(node.id)));
  const inOrder = <T>(list: readonly T[], key: (item: T) => string): T[] => [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return {
    types, alphabet, ...rest,
    nodes: inOrder(nodes.map((node) => ({ ...node, level: 0, data: counted(node.data), label: node.label.match(/\S+:(?!0 )\S*/g)?.sort() })), (node) => String(node.id)),
    edges: inOrder(edges.filter((edge) => ids.has(edge.target)), (edge) => `${edge.source} ${edge.name}`),
  };
}

describe('FlexFringe\'s JSON', () => {
  for (const version of ['main', 'sicco'] as const) {
    it(`written is what was read, every golden model of ${version}`, function () {
      const folder = path.join(needShared(this, 'golden/statemachine'), version);
      const files = fs.readdirSync(folder).filter((name) => name.endsWith('.json') && !name.endsWith('.apta.json'));
      assert.ok(files.length > 50);
      for (const file of files) {
        const golden = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')) as FlexfringeJson;
        const { automaton, problems } = fromFlexfringeJson(JSON.stringify(golden));
        assert.ok(automaton, file);
        assert.equal(flexfringeVersion(automaton), version, file);
        if (problems.length === 0) assert.deepEqual(meaning(parsed(toFlexfringeJson(automaton))), meaning(golden), file);
      }
    });
  }

  it('keeps the automaton when it is written for the other version', () => {
    fc.assert(fc.property(someTraces, someSettings, (traces, settings) => {
      const automaton = learn(traces, settings);
      for (const version of ['main', 'sicco'] as const) {
        const { automaton: read } = fromFlexfringeJson(JSON.stringify(toFlexfringeJson(automaton, version)));
        assert.ok(read);
        assert.equal(flexfringeVersion(read), version);
        // Only the root's number differs; and the format has no type for the root's empty prefix.
        const number = automaton.arrays.number.map((n, q) => (q === 0 ? read.arrays.number[0] : n)), prefixType = automaton.arrays.prefixType.map((type, q) => (q === 0 ? read.arrays.prefixType[0] : type));
        assert.deepEqual(read.arrays, { ...automaton.arrays, number, prefixType });
      }
    }), { numRuns: 40 });
  });

  it('takes names with blanks in them, and the shortest paths for prefixes then', () => {
    const automaton = learn(tracesOf(Array.from({ length: 40 }, (_, i) => (i % 2 ? ['tcp b1', 'udp b2'] : ['udp b2', '  ']))), { ...defaultLearnSettings, confidence: 2, stateCount: 0 });
    const { automaton: read, problems } = fromFlexfringeJson(JSON.stringify(toFlexfringeJson(automaton)));
    assert.deepEqual(problems, []);
    assert.deepEqual(read?.alphabet, automaton.alphabet);
    assert.deepEqual(read?.arrays.prefixSymbols, automaton.arrays.prefixSymbols);
  });
});
