import { type Detector, LearningError } from '../core/detectors/detector';
import { detectors } from '../core/detectors/registry';
import { commonScore } from '../core/detectors/scoring/calibration';
import type { ModelOrigin } from '../core/detectors/scoring/modelFile';
import { resolveSettings, type SettingValues } from '../core/settings/setting';
import { count } from '../core/symbols/words';
import { noControl, subControl } from '../core/util/control';
import { MemoryLimitError } from '../core/util/memory';
import { lowerBound } from '../core/util/sorted';
import { decodeUtf8, encodeUtf8 } from '../core/util/utf8';
import type { BaselineChoice } from '../protocol/baseline';
import type { CaptureSummary, LogSummary } from '../protocol/capture';
import type { ImportParams, LearnParams, ScoreParams } from '../protocol/commands';
import type { ModelSummary } from '../protocol/models';
import type { Page, PageParams } from '../protocol/places';
import type { FindingFilter, FindingRow, FindingSummary, GroupDetail, GroupsParams, RootCauseGroup } from '../protocol/rootCauses';
import type { ClientSettings } from '../protocol/settings';
import { logUri } from '../protocol/uris';
import { type CaptureSession, type FileFindings, type JobControl, type LineDetail, SessionError } from './api';
import type { AutomatonQueries } from './automaton/api';
import { automatonQueries, type CurrentSubject } from './automatonQueries';
import { baselineFault, baselineWords } from './baseline';
import { type CaptureIndex, chosenDetector, filesByPath, formatTitle, indexCapture, type IndexedFile, unusable } from './captureIndex';
import { readConfiguration, writeConfiguration } from './configuration';
import { bandOf } from './findings';
import { givenAutomaton, type LearnedModel, learnModel, previousModel } from './learn';
import { fieldsOfLine, fieldsOfText } from './lines';
import { ModelStore, type StoredModel } from './modelStore';
import type { Files, OwnFiles, Readers } from './ports';
import { endCharacters, flaggedRange, page, placesOf, worstLines } from './queries';
import { groupDetails, groupFindingsPage, groupPage } from './rootCauses';
import { RowCache } from './rowCache';
import { rowShape } from './rowCacheFile';
import { RowStore } from './rowStore';
import { scoreFiles, type ScoreResult } from './score';
import { logOfRow, logsByPath, problemsOf, rowAtLine, type ScoredCapture, type ScoredLog, withAcceptance } from './scoredCapture';
import { type TimelineQueries, timelineQueries } from './timeline';
import { type TrainingQueries, TrainingRecord } from './training';
import { trainingFile } from './trainingFile';
import { UNTRUSTED, untrustedFiles } from './untrusted';

/** What a session works with; the clock and everything else outside comes from here. */
export interface SessionServices {
  readonly files: Files;
  readonly readers: Readers;
  /** Short stable name of bytes, for file names and to tell whether they are the same. */
  readonly digest: (bytes: Uint8Array) => string;
  /** The user's own folder for encoded rows and trainings that are not over; without one, neither is kept. */
  readonly cacheFolder?: string;
  /** Whether the user trusts the folder (default: yes). If not, its logs can be looked at, and that is all: see docs/security.md. */
  readonly trusted?: boolean;
}

const OWN_FOLDER = '.anomaline';
/** Of the capture, and of the cache: where files of ours are written. */
const WRITTEN_FOLDERS = ['', OWN_FOLDER, `${OWN_FOLDER}/models`], CACHE_FOLDERS = ['rows', 'trainings'];
/** Files named in the report that were not scored. */
const SHOWN_SKIPPED = 20;

/** One open capture: its index, the model in use, and what was scored with it. */
export function openSession(root: string, settings: ClientSettings, services: SessionServices): CaptureSession {
  return new Session(root, settings, services);
}

class Session implements CaptureSession {
  readonly trusted: boolean;
  readonly timeline: TimelineQueries;
  readonly training: TrainingQueries;
  private readonly record = new TrainingRecord();
  private indexed: CaptureIndex;
  private loaded: StoredModel | undefined;
  private readonly store: ModelStore;
  /** Our files in the capture, and in the user's cache. */
  private readonly own: OwnFiles;
  private readonly cached: OwnFiles | undefined;
  private swept: Promise<void> | undefined;
  private result: (ScoreResult & { readonly store: RowStore }) | undefined;
  private readonly cache: RowCache;
  private summary: { readonly indexed: CaptureIndex; readonly scored: readonly ScoredLog[] | undefined; readonly detector: string; readonly capture: CaptureSummary } | undefined;
  private configurationFault: string | undefined;
  /** Counts changes of the model, the scores and the findings. */
  private revision = 1;
  automaton: AutomatonQueries;

  constructor(private readonly root: string, private settings: ClientSettings, private readonly services: SessionServices) {
    this.indexed = { root, files: [], problems: [] };
    const { files, readers, digest, cacheFolder, trusted = true } = services;
    this.trusted = trusted;
    this.own = trusted ? files.own(root) : untrustedFiles(root);
    this.cached = trusted && cacheFolder !== undefined ? files.own(cacheFolder) : undefined;
    this.store = new ModelStore(files, this.own, digest);
    this.timeline = timelineQueries(files, () => this.result?.capture);
    this.cache = new RowCache(this.cached, digest, (path) => digest(encodeUtf8(path)), () => readers.pause());
    this.automaton = this.queries();
    this.training = {
      current: async () => {
        // The model that a view of it would load.
        if (!this.loaded && !this.record.current()) await this.load(undefined);
        return this.record.current();
      },
      onChange: (listener) => this.record.onChange(listener),
    };
  }

  async index(control: JobControl): Promise<CaptureSummary> {
    await (this.swept ??= this.sweep());
    this.indexed = await indexCapture(this.services.files, this.root, this.settings.exclude, control, this.own);
    return this.capture();
  }

  capture(): CaptureSummary {
    // The status is told several times a second, of thousands of files too.
    const { indexed, result, settings, summary } = this;
    if (summary?.indexed === indexed && summary.scored === result?.capture.logs && summary.detector === settings.detector) return summary.capture;
    const capture = this.summarise();
    this.summary = { indexed, scored: result?.capture.logs, detector: settings.detector, capture };
    return capture;
  }

  private summarise(): CaptureSummary {
    const detector = chosenDetector(this.settings.detector, this.indexed.files);
    const logs = this.indexed.files.flatMap((file): LogSummary[] => {
      if (!file.header) return [];
      const scored = this.result && logsByPath(this.result.capture).get(file.path);
      const reason = unusable(file, detector);
      return [{
        uri: logUri(file.path), path: file.relative, format: formatTitle(file.header), kind: file.header.kind, bytes: file.bytes, usable: reason === undefined,
        ...(reason === undefined ? {} : { reason }),
        ...(scored ? { rows: scored.summary.rows, damaged: scored.summary.damaged, ...(scored.summary.timeSpan ? { timeSpan: scored.summary.timeSpan } : {}) } : {}),
      }];
    });
    return { root: this.root, logs, unknown: this.indexed.files.filter((f) => !f.header).map((f) => f.relative) };
  }

  async learn(params: LearnParams, control: JobControl): Promise<string> {
    this.checkTrust();
    if (this.indexed.files.length === 0) await this.index(control);
    const { detector, settings, baseline } = await this.wanted(params);
    const previous = params.from === undefined ? undefined : await previousModel(this.services.files, params.from, detector);
    if (previous && 'fault' in previous) throw new SessionError(previous.fault);
    const learned = await this.record.during(detector, control, (watched) => learnModel(this.services.readers, this.indexed.files, detector, settings, baseline, watched, { previous, ...(this.cached ? { training: trainingFile(this.cached, this.trainingName()) } : {}) }));
    if ('fault' in learned) throw new SessionError(learned.fault);
    return this.keep(learned);
  }

  async importAutomaton({ file, baseline, settings: given }: ImportParams, control: JobControl): Promise<string> {
    this.checkTrust();
    const adopting = detectors.find((d) => d.adoption);
    if (!adopting?.adoption) throw new SessionError('No detector takes an automaton from a file.');
    const { detector, settings, baseline: chosen } = await this.wanted({ detector: adopting.id, ...(baseline ? { baseline } : {}), settings: { ...given, ...adopting.adoption.settings } });
    const automaton = await givenAutomaton(this.services.files, file, detector);
    if ('fault' in automaton) throw new SessionError(automaton.fault);
    if (this.indexed.files.length === 0) await this.index(control);
    const learned = await learnModel(this.services.readers, this.indexed.files, detector, settings, chosen, subControl(control, 0, 0.5), { automaton });
    if ('fault' in learned) throw new SessionError(learned.fault);
    const kept = await this.keep(learned);
    await this.score({}, subControl(control, 0.5, 1));
    return kept;
  }

  async score(params: ScoreParams, control: JobControl): Promise<void> {
    this.checkTrust();
    if (params.model !== undefined || !this.loaded) await this.load(params.model);
    if (!this.loaded) throw new SessionError('There is no model yet. Run "Anomaline: Learn", or "Anomaline: Investigate This Capture".');
    if (this.indexed.files.length === 0) await this.index(control);
    await this.scoreWith(this.loaded, control);
  }

  async refresh(changed: readonly string[], control: JobControl): Promise<boolean> {
    const under = changed.filter((path) => path.startsWith(this.root) && !path.includes(`${OWN_FOLDER}/`));
    if (under.length === 0) return false;
    const before = new Map(this.indexed.files.map((f) => [f.path, f]));
    const index = await indexCapture(this.services.files, this.root, this.settings.exclude, { report: () => undefined, get cancelled() { return control.cancelled; } }, this.own);
    const same = (file: IndexedFile): boolean => {
      const old = before.get(file.path);
      return old !== undefined && old.bytes === file.bytes && old.modified === file.modified;
    };
    const there = new Set(index.files.map((f) => f.path));
    const gone = [...before.keys()].some((path) => !there.has(path));
    this.indexed = index;
    if (!gone && index.files.every(same)) return false;
    if (!this.loaded || !this.result) return true;
    await this.scoreWith(this.loaded, control);
    return true;
  }

  async investigate(control: JobControl): Promise<void> {
    this.checkTrust();
    await this.index(subControl(control, 0, 0.05));
    if (!this.loaded) await this.load(undefined);
    const { detector, settings, baseline } = await this.wanted({});
    const same = (origin: ModelOrigin): boolean => JSON.stringify([origin.detector, origin.settings, origin.baseline]) === JSON.stringify([detector.id, settings, baseline]);
    if (!this.loaded || !same(this.loaded.origin)) await this.learn({}, subControl(control, 0.05, 0.5));
    await this.score({}, subControl(control, 0.5, 1));
  }

  clear(): void {
    this.result = undefined;
    this.loaded = undefined;
    this.record.clear();
    this.changed();
  }

  async chooseBaseline(choice: BaselineChoice): Promise<void> {
    this.checkTrust();
    const wrong = baselineFault(choice);
    if (wrong) throw new SessionError(`The baseline cannot be used: ${wrong}.`);
    const fault = await writeConfiguration(this.own, { baseline: choice });
    if (fault) throw new SessionError(fault);
  }

  models(): Promise<readonly ModelSummary[]> {
    return this.store.summaries(this.loaded?.file);
  }

  async exportOnnx(model: string, file: string): Promise<void> {
    this.checkTrust();
    return this.store.exportOnnx(model, file);
  }

  async updateSettings(settings: ClientSettings): Promise<void> {
    const before = this.settings;
    this.settings = settings;
    if (before.memoryLimit !== settings.memoryLimit) this.services.readers.limitMemory?.(settings.memoryLimit);
    // The threshold moves without reading or scoring anything again.
    if (!this.result || before.acceptanceRate === settings.acceptanceRate) return;
    const { result } = this;
    const capture = await withAcceptance(result.capture, settings.acceptanceRate);
    // What was scored meanwhile has the rate already.
    if (this.result !== result) return;
    this.result = { ...result, capture };
    this.revision++;
  }

  scored(): boolean {
    return this.result !== undefined;
  }

  totals(): { findings: number; rows: number; flagged: number } {
    const capture = this.result?.capture;
    return { findings: capture?.findings.worstRow.length ?? 0, rows: capture?.rows.rowCount ?? 0, flagged: capture?.findings.rows.length ?? 0 };
  }

  report(): string {
    const { logs } = this.capture();
    const lines: string[] = [];
    if (this.configurationFault) lines.push(this.configurationFault, '');
    if (!this.trusted) lines.push(UNTRUSTED, '');
    if (!this.result || !this.loaded) {
      lines.push(`${logs.length} logs, of which ${chosenDetector(this.settings.detector, this.indexed.files)?.id ?? this.settings.detector} can use ${logs.filter((l) => l.usable).length}. Nothing is scored yet.`);
    } else {
      const { capture, skipped } = this.result;
      const { findings, flagged, rows } = this.totals();
      lines.push(`${count(findings)} findings: ${count(flagged)} of ${count(rows)} rows in ${capture.logs.length} logs.`, '', `Learned from ${count(this.loaded.model.baselineRows)} rows: ${baselineWords(this.loaded.origin.baseline as BaselineChoice)}.`);
      if (rows > 0 && flagged / rows > 0.2) lines.push('', `${Math.round((100 * flagged) / rows)} % of all rows are flagged. Either the capture is an attack for the most part, or the baseline does not fit it.`);
      if ((this.loaded.origin.baseline as BaselineChoice).self) lines.push('', 'The capture is its own baseline: what is rare in it is found. An attack that makes up most of the capture cannot be found so; choose a benign baseline.');
      const damaged = capture.logs.filter((l) => l.summary.damaged > 0);
      if (damaged.length > 0) lines.push('', `Not scored, damaged: ${damaged.map((l) => `${count(l.summary.damaged)} rows of ${l.file.relative}`).join(', ')}.`);
      for (const note of capture.scores.notes) lines.push('', note);
      if (skipped.length > 0) lines.push('', `Not scored: ${skipped.slice(0, SHOWN_SKIPPED).map((s) => `${s.path} (${s.reason})`).join('; ')}${skipped.length > SHOWN_SKIPPED ? ` and ${count(skipped.length - SHOWN_SKIPPED)} more` : ''}.`);
    }
    for (const problem of this.indexed.problems) lines.push('', `${problem.path}: ${problem.message}`);
    return lines.join('\n');
  }

  files(): readonly string[] {
    const { capture } = this.result ?? {};
    return capture?.logs.filter((log) => problemsOf(log).total > 0 || flaggedRange(capture, log)[0] < flaggedRange(capture, log)[1]).map((log) => log.file.path) ?? [];
  }

  async findingsOf(file: string, limit: number): Promise<FileFindings> {
    const found = this.scoredLog(file);
    if (!found) return { lines: [], total: 0, problems: [], problemTotal: 0 };
    const [from, to] = flaggedRange(found.capture, found.log);
    const { problems, total } = problemsOf(found.log);
    return { lines: await worstLines(this.services.files, found.capture, found.log, limit), total: to - from, problems, problemTotal: total };
  }

  async lineDetail(file: string, line: number): Promise<LineDetail | undefined> {
    const indexed = filesByPath(this.indexed).get(file);
    if (!indexed?.header) return undefined;
    const found = this.scoredLog(file);
    const row = found ? rowAtLine(found.log, line) : -1;
    const bytes = found && row >= 0 ? await this.rowBytes(found.log, row) : (await this.lineBytes(file, line, 1))[0];
    if (!bytes) return undefined;
    const fields = fieldsOfLine(indexed.header, bytes);
    if (!found || row < 0) {
      const reason = !found ? (chosenDetector(this.settings.detector, this.indexed.files)?.refuses(indexed.header) ?? 'nothing is scored yet') : (found.log.summary.problems.find((p) => p.line === line)?.message ?? 'this line holds no row');
      return fields.length > 0 ? { fields, evidence: [], expected: [], reason } : undefined;
    }
    const { capture } = found;
    const evidence = capture.scores.explain(row);
    const score = commonScore(capture.model.calibration, capture.scores.raw[row]);
    const where = this.rootCauseAt(file, line);
    return {
      fields, symbol: { number: capture.rows.symbol[row], words: capture.detector.words(capture.model, capture.rows.symbol[row]) }, entity: capture.entities.name(capture.rows.entity[row]),
      ...(capture.detector.automaton ? { state: capture.scores.state[row] } : {}), score, raw: capture.scores.raw[row], evidence: evidence.parts, expected: evidence.expected,
      ...(where ? { ...where, band: bandOf(score, capture.findings.threshold) } : {}),
    };
  }

  async groups(params: GroupsParams): Promise<Page<RootCauseGroup>> {
    return this.result ? groupPage(this.result.capture, params) : { total: 0, items: [] };
  }

  async groupFindings(group: string, params: PageParams & Partial<FindingFilter>): Promise<Page<FindingSummary>> {
    return this.result ? groupFindingsPage(this.services.files, this.result.capture, group, params) : { total: 0, items: [] };
  }

  async groupDetails(groups: readonly string[], bins: number, filter: Partial<FindingFilter>): Promise<readonly GroupDetail[]> {
    return this.result ? groupDetails(this.result.capture, groups, bins, filter) : [];
  }

  async findingRows(finding: string, params: PageParams): Promise<Page<FindingRow>> {
    const { capture } = this.result ?? {};
    const f = /^\d+$/.test(finding) ? Number(finding) : Infinity;
    if (!capture || f >= capture.findings.worstRow.length) return { total: 0, items: [] };
    const { findings, scores, model, rows } = capture;
    const members = findings.members.subarray(findings.starts[f], findings.starts[f + 1]);
    const shown = page(members, params);
    const places = await placesOf(this.services.files, capture, shown);
    const items = shown.map((row, i): FindingRow => {
      const score = commonScore(model.calibration, scores.raw[row]);
      return { place: places[i], path: logOfRow(capture, row).file.relative, score, band: bandOf(score, findings.threshold), time: rows.time[row], message: scores.explain(row).message };
    });
    return { total: members.length, items };
  }

  rootCauseAt(file: string, line: number): { group: string; finding: string } | undefined {
    const found = this.scoredLog(file);
    const row = found ? rowAtLine(found.log, line) : -1;
    if (!found || row < 0) return undefined;
    const { findings } = found.capture;
    const at = lowerBound(findings.rows, row);
    if (findings.rows[at] !== row) return undefined;
    const finding = findings.findingOf[at];
    return { group: findings.groups[findings.group[finding]].key, finding: String(finding) };
  }

  async neighbour(file: string | undefined, line: number, direction: 'next' | 'previous'): Promise<{ file: string; line: number; endCharacter: number } | undefined> {
    const { capture } = this.result ?? {};
    if (!capture || capture.findings.rows.length === 0) return undefined;
    const flagged = capture.findings.rows;
    const log = file === undefined ? undefined : logsByPath(capture).get(file);
    const start = log ? log.firstRow + lowerBound(log.line, direction === 'next' ? line + 1 : line) : 0;
    const at = lowerBound(flagged, start) - (direction === 'next' ? 0 : 1);
    const row = flagged[((at % flagged.length) + flagged.length) % flagged.length];
    const own = logOfRow(capture, row);
    return { file: own.file.path, line: own.line[row - own.firstRow], endCharacter: (await endCharacters(this.services.files, own, [row]))[0] };
  }

  async readLines(file: string, first: number, count: number): Promise<readonly string[]> {
    return this.isListed(file) ? (await this.lineBytes(file, first, count)).map((bytes) => decodeUtf8(bytes)) : [];
  }

  splitLines(file: string, lines: readonly string[]): ReturnType<CaptureSession['splitLines']> {
    const header = filesByPath(this.indexed).get(file)?.header;
    return lines.map((line) => (header ? fieldsOfText(header, line) : []));
  }

  async text(file: string, limit: number): Promise<{ text: string; truncated: boolean; problem?: string }> {
    // An editor that starts again asks for its texts before it lets us look around.
    if (!this.isListed(file) && this.indexed.files.length === 0) await this.index(noControl);
    if (!this.isListed(file)) return { text: '', truncated: false, problem: `${file} is no file of this capture. Open the folder that holds it, and see that "anomaline.exclude" does not leave it out.` };
    const { bytes, problem } = await this.services.files.head(file, limit + 1);
    return { text: decodeUtf8(bytes.subarray(0, limit)), truncated: bytes.length > limit, ...(problem ? { problem: `${problem.message} ${problem.next}` } : {}) };
  }

  /** Whether it is a file of the capture, as the walk of its folder found them: no other is read because somebody names it. */
  private isListed(file: string): boolean {
    return this.indexed.files.some(({ path }) => path === file);
  }

  async dispose(): Promise<void> {
    await this.result?.store.written();
    await this.services.readers.dispose();
  }

  /** In a folder that is not trusted nothing is learned, loaded, scored or written. */
  private checkTrust(): void {
    if (!this.trusted) throw new SessionError(UNTRUSTED);
  }

  /** Removes what writers that were killed have left. */
  private async sweep(): Promise<void> {
    await this.own.removeStale(WRITTEN_FOLDERS);
    await this.cached?.removeStale(CACHE_FOLDERS);
  }

  private trainingName(): string {
    return `trainings/${this.services.digest(encodeUtf8(this.root))}.checkpoint`;
  }

  private async scoreWith(loaded: NonNullable<Session['loaded']>, control: JobControl): Promise<void> {
    const { files, readers, digest } = this.services;
    const model = digest(loaded.bytes);
    const before = this.result?.store.model === model ? { capture: this.result.capture, marks: this.result.store.marks } : undefined;
    const store = new RowStore(files, digest, this.cache, model, rowShape(loaded.detector, loaded.model), readers, before);
    const scored = await scoreFiles(readers, this.indexed.files, loaded, { acceptance: this.settings.acceptanceRate, store }, control).catch((error: unknown) => {
      if (error instanceof LearningError) throw new SessionError(error.message);
      if (!(error instanceof MemoryLimitError)) throw error;
      if (!this.result) throw new SessionError(error.message);
      return undefined;
    });
    if (!scored) {
      // There is no room for the new scores beside the old ones.
      this.result = undefined;
      this.changed();
      return this.scoreWith(loaded, control);
    }
    this.result = { ...scored, store };
    this.changed();
  }

  /** Another model, or other scores: what was asked about those before is forgotten, with all that was worked out about them. */
  private changed(): void {
    this.revision++;
    this.automaton = this.queries();
  }

  private queries(): AutomatonQueries {
    const { files, readers } = this.services;
    return automatonQueries(() => this.subject(), { files, pause: () => readers.pause() });
  }

  /** What the automaton's view looks at: the model in use, else the newest of the capture. */
  private async subject(): ReturnType<CurrentSubject> {
    if (!this.loaded) await this.load(undefined);
    const { loaded, result } = this;
    if (!loaded) return { reason: 'There is no model yet. Run "Anomaline: Investigate This Capture", or "Anomaline: Learn".' };
    const { detector, model } = loaded;
    return { revision: this.revision, detector, model, ...(result?.capture.model === model ? { capture: result.capture } : {}) };
  }

  /** What a model is to be learned with: as told, else by `anomaline.json`, else by the client's settings. */
  private async wanted(params: LearnParams): Promise<{ readonly detector: Detector; readonly settings: SettingValues; readonly baseline: BaselineChoice }> {
    const { configuration, fault } = await readConfiguration(this.own);
    this.configurationFault = fault;
    const id = params.detector ?? configuration.detector ?? this.settings.detector;
    const detector = chosenDetector(id, this.indexed.files);
    if (!detector) throw new SessionError(`There is no detector "${id}". Choose one of: auto, ${detectors.map((d) => d.id).join(', ')}.`);
    const { values, problems } = resolveSettings(detector.settings, { ...this.settings.set, ...configuration.settings, ...params.settings });
    if (problems.length > 0) throw new SessionError(problems.map((p) => `${p.message} ${p.next}`).join(' '));
    return { detector, settings: values, baseline: params.baseline ?? configuration.baseline ?? { self: true } };
  }

  /** Writes a model into the capture and takes it into use; resolves to its file. */
  private async keep(learned: LearnedModel): Promise<string> {
    const { model, fault } = await this.store.write(learned);
    // A model that cannot be kept (read-only capture) still serves this session.
    if (fault !== undefined) this.configurationFault = fault;
    this.loaded = model;
    this.record.kept(model.file, learned.detector, learned.model);
    this.changed();
    return model.file;
  }

  /** Loads a model file, the newest of the capture by default. Undefined leaves things as they are. */
  private async load(file: string | undefined): Promise<void> {
    const candidates = file === undefined ? [...(await this.store.list())].reverse() : [file];
    for (const candidate of candidates) {
      const stored = await this.store.read(candidate);
      // A model that was learned meanwhile is newer.
      if (file === undefined && this.loaded) return;
      if (!('fault' in stored)) {
        this.loaded = stored;
        // What was trained and not kept is still to be looked at, unless a model was asked for by name.
        if (file !== undefined || !this.record.current()) this.record.loaded(candidate, stored.detector, stored.model);
        this.changed();
        return;
      }
      if (file !== undefined) throw new SessionError(`${file}: ${stored.fault}`);
    }
  }

  private scoredLog(file: string): { capture: ScoredCapture; log: ScoredLog } | undefined {
    const { capture } = this.result ?? {};
    const log = capture && logsByPath(capture).get(file);
    return capture && log ? { capture, log } : undefined;
  }

  /** Lines from disk, found from the nearest row before them where the log is scored. */
  private async lineBytes(file: string, first: number, count: number): Promise<readonly Uint8Array[]> {
    const log = this.scoredLog(file)?.log;
    const at = log ? lowerBound(log.line, first + 1) - 1 : -1;
    return this.services.files.lines(file, first, count, log && at >= 0 ? { line: log.line[at], byte: log.byteStart[at] } : undefined);
  }

  private async rowBytes(log: ScoredLog, row: number): Promise<Uint8Array> {
    const at = row - log.firstRow;
    return (await this.services.files.pieces(log.file.path, [{ start: log.byteStart[at], length: log.byteLength[at] }]))[0];
  }
}
