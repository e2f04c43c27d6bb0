import * as assert from 'node:assert/strict';
import type { Connection, Diagnostic } from 'vscode-languageserver';
import { toDot } from '../../server/core/automata/dot';
import { learn } from '../../server/core/automata/learner';
import { defaultLearnSettings } from '../../server/core/automata/settings';
import { drawingOf, toSvg } from '../../server/core/automata/svg';
import { tracesOf } from '../../server/core/automata/traces';
import { csvCell, toCsv } from '../../server/core/export/csv';
import { toJsonl } from '../../server/core/export/jsonl';
import { toMarkdown } from '../../server/core/export/markdown';
import type { FindingRecord, RunRecord } from '../../server/core/export/record';
import { toSarif } from '../../server/core/export/sarif';
import { literal, reportText, withoutMarkup } from '../../server/core/util/markdown';
import { jsonText, shortened, visible, visibleLines, withoutLinks } from '../../server/core/util/visible';
import type { LineDetail } from '../../server/engine/api';
import { fileDiagnostics } from '../../server/lsp/diagnostics';
import { lineMarkdown } from '../../server/lsp/hoverText';
import { inertDiagnostic, withInertTexts } from '../../server/lsp/inertTexts';
import { restingStatus } from '../../server/lsp/status';
import type { CaptureSession } from '../../server/engine/api';
import { fileName, labelText, messageText, tooltipText } from '../../src/plainText';
import { writers } from '../../webview/rootCauses/reports';
import { HOSTILE, noFormula, noMarkup, nothingHidden } from './hostile';

/** VS Code shows Markdown by a renderer that makes links of bare addresses; so does this one. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const markdownIt = require('markdown-it') as (options: object) => { linkify: { set(options: object): void }; render(text: string): string };
const renderer = markdownIt({ html: true, linkify: true });
renderer.linkify.set({ fuzzyLink: false });

function rendersInert(markdown: string, where: string): void {
  noMarkup(markdown, where);
  assert.doesNotMatch(renderer.render(markdown), /<(?!\/?(p|h[1-6]|table|thead|tbody|tr|th|td|strong|em|ul|li|br)\b)/, `${where}: ${markdown.slice(0, 400)}`);
}

const findingOf = (text: string): FindingRecord => ({
  id: text, file: text, line: 1, byteStart: 0, byteEnd: 9, score: 87.5, raw: -2.5, band: text, detector: text, entity: text, rootCause: { state: 4, symbol: 7, text }, message: text,
  evidence: [{ name: text, value: 1, text }], rows: 2, lines: { [text]: [1, 2] }, timeSpan: [1, 2],
});
const runOf = (text: string): RunRecord => ({ version: '1', detector: text, acceptance: 0.1, threshold: 1, logs: 1, rows: 1, flagged: 1, findings: 2, skipped: [{ path: text, reason: text }] });

const detailOf = (text: string): LineDetail => ({
  fields: [{ name: text, text, startCharacter: 0, endCharacter: 3 }], symbol: { number: 1, words: text }, entity: text, state: 1, score: 9, raw: 1, band: 'high',
  evidence: [{ name: text, value: 1, text }], expected: [{ words: text, share: 0.5 }], group: text, finding: text,
});

const placeOf = (): { uri: string; line: number; startCharacter: number; endCharacter: number } => ({ uri: 'file:///x', line: 0, startCharacter: 0, endCharacter: 1 });

/** Each way out with what must hold of it. A new one belongs here. */
const outputs: Readonly<Record<string, (text: string) => void>> = {
  'visible text': (text) => nothingHidden(visible(text), 'visible'),
  'laid-out lines': (text) => nothingHidden(visibleLines(text), 'visibleLines', '\n\t\r'),
  JSON: (text) => {
    nothingHidden(jsonText({ [text]: text }, 2), 'JSON', '\n');
    assert.deepEqual(JSON.parse(jsonText({ [text]: text })), { [text]: text });
  },
  'CSV cell': (text) => noFormula(csvCell(text), 'cell'),
  'findings as CSV': (text) => noFormula(toCsv([findingOf(text)]), 'CSV'),
  'findings as JSON lines': (text) => {
    const lines = toJsonl([findingOf(text)]);
    nothingHidden(lines, 'JSONL', '\n');
    assert.deepEqual(JSON.parse(lines), findingOf(text));
  },
  'findings as Markdown': (text) => rendersInert(toMarkdown([findingOf(text)], runOf(text)), 'Markdown'),
  'findings as SARIF': (text) => {
    const sarif = toSarif([findingOf(text)], runOf(text));
    nothingHidden(sarif, 'SARIF', '\n');
    for (const [, uri] of sarif.matchAll(/"uri": "([^"]*)"/g)) assert.match(uri, /^[A-Za-z0-9\-._~:/%!$&'()*+,;=@]*$/);
    const messages = JSON.stringify((JSON.parse(sarif) as { runs: { results: { message: { text: string } }[] }[] }).runs[0].results.map(({ message }) => message.text));
    assert.ok(!messages.includes(']('), messages);
  },
  'Markdown of a value': (text) => {
    for (const made of [literal(text), reportText(text)]) rendersInert(`| a | b |\n|---|---|\n| ${made} | c |\n\n## ${made}\n\n- ${made}`, 'value');
  },
  'Markdown that was forgotten to be literal': (text) => {
    const made = withoutMarkup(text);
    nothingHidden(made, 'withoutMarkup', '\n');
    // Code is harmless, and our own texts have some.
    assert.doesNotMatch(renderer.render(made), /<(?!\/?(p|h[1-6]|table|thead|tbody|tr|th|td|strong|em|ul|ol|li|br|code|pre|s|hr)\b)/, made);
  },
  hover: (text) => rendersInert(lineMarkdown(detailOf(text), { uri: 'file:///x', line: 1, commandLinks: false }), 'hover'),
  'hover with links of ours': (text) => {
    const markdown = lineMarkdown(detailOf(text), { uri: `file:///${encodeURIComponent('x)](y')}`, line: 1, commandLinks: true });
    noMarkup(markdown.replace(/\[[\w ]+\]\(command:anomaline\.\w+\?[\w%.-]*\)/g, ''), 'hover');
  },
  diagnostic: (text) => {
    const made = fileDiagnostics('file:///x', {
      lines: [{ line: 1, startCharacter: 0, endCharacter: 4, score: 95, band: 'high', message: text, finding: text, group: text }], total: 1, problems: [{ code: text, severity: 'error', message: text, next: text, line: 2 }], problemTotal: 1,
    }, 10, true).map(inertDiagnostic);
    for (const { message, code, source, codeDescription } of made) {
      for (const shown of [message, code, source, codeDescription?.href ?? '']) nothingHidden(String(shown), 'diagnostic');
      assert.match(codeDescription?.href ?? 'command:anomaline.', /^command:anomaline\./);
    }
  },
  'messages, log and diagnostics of the server': (text) => {
    const sent: string[] = [];
    const take = (message: string): void => void sent.push(message);
    const connection = {
      window: { showErrorMessage: take, showWarningMessage: take, showInformationMessage: take }, console: { error: take, warn: take, info: take, log: take, debug: take },
      sendDiagnostics: ({ diagnostics }: { diagnostics: Diagnostic[] }) => sent.push(...diagnostics.map((one) => `${String(one.message)}${String(one.code)}`)),
    } as unknown as Connection;
    const inert = withInertTexts(connection);
    inert.window.showErrorMessage(text);
    inert.window.showWarningMessage(text);
    inert.window.showInformationMessage(text);
    for (const message of sent) {
      nothingHidden(message, 'message');
      assert.ok(!message.includes(']('), message);
    }
    inert.console.error(text);
    inert.console.warn(text);
    void inert.sendDiagnostics({ uri: 'file:///x', diagnostics: [{ message: text, code: text, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } }] });
    assert.equal(sent.length, 6);
    for (const message of sent) nothingHidden(message, 'message', '\n\t\r');
  },
  status: (text) => {
    for (const trusted of [true, false]) {
      const session = { trusted, capture: () => ({ root: '', logs: [{ usable: true }], unknown: [] }), scored: () => true, totals: () => ({ findings: 1, rows: 1, flagged: 1 }), report: () => `Not scored: ${text}\n\n${text}` } as unknown as CaptureSession;
      rendersInert(restingStatus(session, true).detail, 'status');
      noMarkup(withoutMarkup(restingStatus(session, true).detail), 'status tooltip');
    }
  },
  'labels, messages and tooltips of the editor': (text) => {
    nothingHidden(labelText(text), 'label');
    assert.doesNotMatch(labelText(text), /(?<!\\)\$\(/);
    nothingHidden(messageText(text), 'message');
    assert.ok(!messageText(text).includes(']('));
    nothingHidden(tooltipText([text, text]), 'tooltip', '\n');
  },
  'names of files that are proposed': (text) => {
    const name = fileName(`${text}.svg`);
    nothingHidden(name, 'name');
    assert.doesNotMatch(name, /[/\\:*?"<>|]|^\./);
    assert.ok(name.length > 0 && [...name].length <= 100);
  },
  'automata as DOT and SVG': (text) => {
    const automaton = learn(tracesOf(Array.from({ length: 20 }, () => [text, 'b', text])), defaultLearnSettings);
    nothingHidden(toDot(automaton), 'DOT', '\n');
    const { states, edges } = drawingOf(automaton);
    const svg = toSvg(automaton, {
      width: 9, height: 9, states: states.map(({ state }) => ({ state, x: 0, y: 0, width: 1, height: 1 })), edges: edges.map(({ lines }) => ({ text: lines.join('\n'), points: [{ x: 0, y: 0 }, { x: 1, y: 1 }] })),
    });
    nothingHidden(svg, 'SVG', '\n');
    assert.doesNotMatch(svg, /<(?!\/?(svg|defs|marker|path|polyline|title|text|rect)\b)/);
  },
  'reports of the page Root Causes': (text) => {
    const group = { id: 'g', state: 1, text, findings: 1, rows: 1, entities: 1, score: 9, band: 'high' as const };
    const finding = { id: 'f', entity: text, rows: 1, score: 9, band: 'high' as const, timeSpan: [1, 2] as const, place: placeOf() };
    const row = { place: placeOf(), path: text, message: text, score: 9, band: 'high' as const, time: 1 };
    const written = (format: keyof typeof writers): string => writers[format].head + writers[format].group(group) + writers[format].finding(group, finding) + writers[format].line(group, finding, row);
    noFormula(written('csv'), 'CSV report');
    nothingHidden(written('jsonl'), 'JSONL report', '\n');
    rendersInert(written('md'), 'Markdown report');
  },
};

describe('what comes out', () => {
  for (const [name, check] of Object.entries(outputs)) it(`${name}: nothing hidden, no markup, no formula`, () => HOSTILE.forEach(check));

  it('shows plain texts as they are', () => {
    for (const text of ['10.0.0.1 -> 10.0.0.2', 'tcp to port 22, refused (REJ)', 'Größe 5 µs', '日本語', '😀 ok', 'a\\b']) assert.equal(visible(text), text);
    assert.deepEqual([visible('\x1b[0m\u202e\u{e0041}\n\t'), withoutLinks('a](b')], ['\\x1b[0m\\u202e\\u{e0041}\\n\\t', 'a] (b']);
    assert.deepEqual([-1.5, 'a-b', '-1.5', '10.0.0.1', 'x'].map(csvCell), ['-1.5', 'a-b', '-1.5', '10.0.0.1', 'x']);
  });

  it('is cut between characters', () => {
    assert.equal(shortened('\u{1f600}'.repeat(5), 3), `${'\u{1f600}'.repeat(3)} ...`);
    assert.equal(shortened('abc', 3), 'abc');
    assert.equal(shortened('\u{1f600}'.repeat(3), 3), '\u{1f600}'.repeat(3));
  });
});
