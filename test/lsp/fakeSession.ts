import * as fs from 'node:fs';
import * as path from 'node:path';
import type { CaptureSession, FlaggedLine, JobControl, LineDetail } from '../../server/engine/api';
import type { CaptureSummary } from '../../server/protocol/capture';
import type { Page, PageParams } from '../../server/protocol/places';
import type { FindingSummary, RootCauseGroup } from '../../server/protocol/rootCauses';
import type { TimelineQueries } from '../../server/engine/timeline';
import type { Detector } from '../../server/core/detectors/detector';
import { Cancelled } from '../../server/core/util/control';
import { type TrainingQueries, TrainingRecord } from '../../server/engine/training';
import type { ClientSettings } from '../../server/protocol/settings';
import { logUri } from '../../server/protocol/uris';
import { fakeAutomaton } from './fakeAutomaton';

/**
 * A small engine to test the language layer with. Logs are files ending in .log, fields are separated by blanks. A line with
 * "odd<N>" is flagged with score N, its root cause is its second word; "damaged" makes a problem; a hover over "explode" throws.
 * The setting `set.stepMs` makes each of the ten steps of a job take that long.
 */
export function openFakeSession(root: string, settings: ClientSettings): CaptureSession {
  return new FakeSession(root, settings);
}

interface Flagged extends FlaggedLine { readonly file: string; readonly entity: string }

class FakeSession implements CaptureSession {
  readonly trusted = true;
  /** One column, one bin: the flagged lines. */
  readonly timeline: TimelineQueries = {
    cells: async () => (this.isScored ? {
      revision: 1, columns: 1, rows: 1, time: [0, 1], span: [0, 1], groups: [0, 0], groupTotal: 1, columnStart: Uint32Array.of(0, 1), count: Uint32Array.of(this.flagged.length), value: Uint32Array.of(3),
      worst: Float32Array.of(0.5), labels: [], findings: { low: Uint32Array.of(0), medium: Uint32Array.of(0), high: Uint32Array.of(this.flagged.length) }, drawn: this.flagged.length, timeless: 0,
    } : { reason: 'nothing is scored' }),
    cell: async ({ selection }) => ({ groups: { total: 1, items: ['all'] }, time: selection.time, rows: this.flagged.length, flagged: this.flagged.length, values: [] }),
    groupNames: async (at) => slice(['all'], at),
  };
  private readonly record = new TrainingRecord();
  readonly training: TrainingQueries = { current: async () => this.record.current(), onChange: (listener) => this.record.onChange(listener) };
  private logs = new Map<string, readonly string[]>();
  private flagged: Flagged[] = [];
  private isScored = false;
  readonly automaton = fakeAutomaton(() => [...this.logs].flatMap(([file, lines]) => lines.flatMap((text, line) => (text === '' ? [] : [{ file, line, text }]))));

  constructor(private readonly root: string, private settings: ClientSettings) {
    if (path.basename(root) === 'unopenable') throw new Error('the folder cannot be read');
  }

  async index(control: JobControl): Promise<CaptureSummary> {
    await this.steps(control, 'looking for logs');
    this.read();
    return this.capture();
  }

  capture(): CaptureSummary {
    const logs = [...this.logs].map(([file, lines]) => ({ uri: logUri(file), path: path.relative(this.root, file), format: 'fake', kind: 'conn', bytes: 0, rows: lines.length, usable: true }));
    return { root: this.root, logs, unknown: [] };
  }

  async learn({ detector = 'fake' }: { readonly detector?: string }, control: JobControl): Promise<string> {
    if (detector === 'unknown') throw new Error('There is no detector "unknown"');
    if (detector === 'net') await this.train(control);
    else await this.steps(control, 'learning');
    const file = path.join(this.root, '.anomaline', 'models', `${detector}.model`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, '');
    return file;
  }

  async importAutomaton({ file }: { readonly file: string }, control: JobControl): Promise<string> {
    if (!file.endsWith('.json')) throw new Error(`${file} is no automaton`);
    await this.steps(control, 'importing');
    if (!control.cancelled) this.flag();
    return path.join(this.root, '.anomaline', 'models', 'imported.model');
  }

  async score(_: unknown, control: JobControl): Promise<void> {
    await this.steps(control, 'scoring');
    if (!control.cancelled) this.flag();
  }

  async refresh(changed: readonly string[], control: JobControl): Promise<boolean> {
    await this.steps(control, `reading ${changed.length} files`);
    this.read();
    if (this.isScored) this.flag();
    return true;
  }

  async investigate(control: JobControl): Promise<void> {
    await this.score({}, control);
  }

  clear(): void {
    this.flagged = [];
    this.isScored = false;
  }

  async exportOnnx(model: string, file: string): Promise<void> {
    fs.writeFileSync(file, `net of ${model}`);
  }

  async chooseBaseline(choice: object): Promise<void> {
    fs.writeFileSync(path.join(this.root, 'anomaline.json'), JSON.stringify({ baseline: choice }));
  }

  async models() {
    const folder = path.join(this.root, '.anomaline', 'models');
    const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
    return names.map((name) => ({ file: path.join(folder, name), detector: name.replace('.model', ''), rows: 0, states: 1, symbols: 1, baseline: { self: true }, active: this.isScored }));
  }

  async updateSettings(settings: ClientSettings): Promise<void> {
    this.settings = settings;
  }

  scored(): boolean {
    return this.isScored;
  }

  totals() {
    return { findings: this.flagged.length, rows: 0, flagged: this.flagged.length };
  }

  report(): string {
    return `**${this.flagged.length}** flagged`;
  }

  files(): readonly string[] {
    return [...this.logs.keys()].filter((file) => this.flagged.some((line) => line.file === file) || this.problems(file).length > 0);
  }

  async findingsOf(file: string, limit: number) {
    const lines = this.flagged.filter((line) => line.file === file), problems = this.problems(file);
    return { lines: lines.slice(0, limit), total: lines.length, problems: problems.slice(0, 100), problemTotal: problems.length };
  }

  async lineDetail(file: string, line: number): Promise<LineDetail | undefined> {
    const text = this.logs.get(file)?.[line], finding = this.flagged.find((one) => one.file === file && one.line === line);
    if (!text) return undefined;
    if (text.includes('explode')) throw new Error('the line exploded');
    const [fields] = this.splitLines(file, [text]);
    return {
      fields: fields.map((field) => ({ ...field, text: text.slice(field.startCharacter, field.endCharacter) })),
      symbol: { number: 7, words: text.split(' ')[1] ?? '' }, entity: text.split(' ')[0],
      ...(finding ? { state: 1, score: finding.score, raw: finding.score / 10, band: finding.band, group: finding.group, finding: finding.finding } : { reason: 'nothing odd in it' }),
      evidence: finding ? [{ name: 'rare', value: finding.score / 20, text: 'never seen' }, { name: 'burst', value: finding.score / 20, text: 'too often' }] : [],
      expected: [{ words: 'usual', share: 0.75 }],
    };
  }

  async groups({ filter, ...at }: PageParams & { readonly filter: string }): Promise<Page<RootCauseGroup>> {
    const ids = [...new Set(this.flagged.map((line) => line.group))].filter((id) => id.includes(filter));
    return slice(ids.map((id) => {
      const lines = this.flagged.filter((line) => line.group === id);
      return { id, state: 1, text: `root cause ${id}`, findings: lines.length, rows: lines.length, entities: 1, score: lines[0].score, band: lines[0].band };
    }), at);
  }

  async groupFindings(group: string, at: PageParams): Promise<Page<FindingSummary>> {
    return slice(this.flagged.filter((line) => line.group === group).map((line) => ({ id: line.finding, entity: line.entity, rows: 1, score: line.score, band: line.band, place: this.place(line) })), at);
  }

  async groupDetails(groups: readonly string[], bins: number) {
    return groups.map((id) => {
      const lines = this.flagged.filter((line) => line.group === id);
      return { id, spark: Array.from({ length: bins }, (_, bin) => (bin === 0 ? lines.length : 0)), entities: lines.map(({ entity }) => ({ name: entity, rows: 1 })), files: [], fileTotal: 0 };
    });
  }

  async findingRows(finding: string, at: PageParams) {
    return slice(this.flagged.filter((line) => line.finding === finding).map((line) => ({ place: this.place(line), path: path.relative(this.root, line.file), score: line.score, band: line.band, message: line.message })), at);
  }

  rootCauseAt(file: string, line: number) {
    const found = this.flagged.find((one) => one.file === file && one.line === line);
    return found && { group: found.group, finding: found.finding };
  }

  async neighbour(file: string | undefined, line: number, direction: 'next' | 'previous') {
    const order = [...this.flagged].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
    const after = order.filter((one) => file === undefined || one.file > file || (one.file === file && one.line > line));
    const before = order.filter((one) => file === undefined || one.file < file || (one.file === file && one.line < line));
    return direction === 'next' ? (after[0] ?? order[0]) : (before[before.length - 1] ?? order[order.length - 1]);
  }

  async readLines(file: string, first: number, count: number): Promise<readonly string[]> {
    return (this.logs.get(file) ?? []).slice(first, first + count);
  }

  splitLines(_: string, lines: readonly string[]) {
    const names = ['id.orig_h', 'service', 'note'];
    return lines.map((line) => [...line.matchAll(/\S+/g)].map((word, field) => ({ field, name: names[field] ?? 'rest', startCharacter: word.index, endCharacter: word.index + word[0].length })));
  }

  async text(file: string, limit: number) {
    const text = fs.readFileSync(file, 'utf8');
    return { text: text.slice(0, limit), truncated: text.length > limit };
  }

  async dispose(): Promise<void> {
    if (fs.existsSync(this.root)) fs.writeFileSync(path.join(this.root, 'disposed'), '');
  }

  private read(): void {
    const names = fs.readdirSync(this.root).filter((name) => /\.log(\.gz)?$/.test(name)).sort();
    this.logs = new Map(names.map((name) => [path.join(this.root, name), fs.readFileSync(path.join(this.root, name), 'utf8').split('\n')]));
  }

  private flag(): void {
    this.isScored = true;
    this.flagged = [...this.logs].flatMap(([file, lines]) => lines.flatMap((text, line) => {
      const odd = /odd(\d+)/.exec(text);
      if (!odd) return [];
      const score = Number(odd[1]), words = text.split(' ');
      return [{ file, line, startCharacter: 0, endCharacter: text.length, score, band: score >= 90 ? 'high' as const : score >= 50 ? 'medium' as const : 'low' as const, message: `odd: ${text}`, finding: `${path.basename(file)}:${line}`, group: words[1] ?? '', entity: words[0] ?? '' }];
    })).sort((a, b) => b.score - a.score);
  }

  private problems(file: string) {
    return (this.logs.get(file) ?? []).flatMap((text, line) => (text.includes('damaged') ? [{ code: 'damaged', severity: 'error' as const, message: `Line ${line + 1} is damaged.`, next: 'Copy the log again.', line }] : []));
  }

  private place({ file, line, endCharacter }: Flagged) {
    return { uri: logUri(file), line, startCharacter: 0, endCharacter };
  }

  /** A net of 2,000 steps, told in ten parts; the loss of step n is 1 / n, that of held-back rows twice as much. With the setting `diverge` it fails in the middle. */
  private async train(control: JobControl): Promise<void> {
    await this.record.during({ title: 'Fake net' } as Detector, control, async (watched) => {
      for (let part = 1; part <= 10; part++) {
        await this.steps({ report: () => undefined, get cancelled() { return control.cancelled; } }, '');
        if (control.cancelled) throw new Cancelled();
        if (part === 5 && this.settings.set['diverge']) throw new Error('the loss is no number');
        watched.report(part / 10, `part ${part}`);
        for (let step = 200 * part - 199; step <= 200 * part; step++) watched.plot?.({ step, steps: 2000, loss: 1 / step });
        watched.plot?.({ step: 200 * part, steps: 2000, loss: 1 / (200 * part), validation: 2 / (200 * part) });
      }
      return {};
    });
  }

  /** Ten reports; ends early when cancelled. */
  private async steps(control: JobControl, text: string): Promise<void> {
    const ms = Number(this.settings.set['stepMs'] ?? 0);
    for (let step = 1; step <= 10 && !control.cancelled; step++) {
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
      control.report(step / 10, text);
    }
  }
}

function slice<T>(items: readonly T[], { start, count }: PageParams): Page<T> {
  return { total: items.length, items: items.slice(start, start + count) };
}
