import { DiagnosticSeverity } from 'vscode-languageserver';
import type { Connection, Diagnostic, Range } from 'vscode-languageserver';
import type { Problem, ProblemSeverity } from '../core/util/problem';
import type { CaptureSession, FileFindings, FlaggedLine } from '../engine/api';
import type { Band } from '../protocol/places';
import { logUri } from '../protocol/uris';
import { commandLink } from './links';

const severityOfBand: Readonly<Record<Band, DiagnosticSeverity>> = { high: DiagnosticSeverity.Error, medium: DiagnosticSeverity.Warning, low: DiagnosticSeverity.Information };

/** One step milder than its name: the editor's errors are for the worst findings. */
const severityOfProblem: Readonly<Record<ProblemSeverity, DiagnosticSeverity>> = { error: DiagnosticSeverity.Warning, warning: DiagnosticSeverity.Information, info: DiagnosticSeverity.Hint };

/** Damaged lines get at least this share of a file's diagnostics. */
const PROBLEM_SHARE = 0.1;

/** Problems know no columns. Editors cut a range at the end of the line; longer lines are underlined up to here. */
const LINE_END = 10_000;

const SOURCE = 'Anomaline';

/**
 * The diagnostics of one log: findings, worst first, then problems, `limit` of both at most, and where any are hidden a last
 * one on line 0 that says how many.
 */
export function fileDiagnostics(uri: string, file: FileFindings, limit: number, commandLinks: boolean): Diagnostic[] {
  const room = Math.min(file.problems.length, Math.max(limit - file.lines.length, Math.floor(limit * PROBLEM_SHARE)));
  const lines = file.lines.slice(0, limit - room), problems = file.problems.slice(0, room);
  const hidden = [
    file.total > lines.length ? `${(file.total - lines.length).toLocaleString('en-US')} of ${file.total.toLocaleString('en-US')} flagged lines` : '',
    file.problemTotal > problems.length ? `${(file.problemTotal - problems.length).toLocaleString('en-US')} of ${file.problemTotal.toLocaleString('en-US')} damaged lines` : '',
  ].filter((text) => text !== '');
  const shown = [...lines.map((line) => ofLine(uri, line, commandLinks)), ...problems.map(ofProblem)];
  return hidden.length === 0 ? shown : [...shown, summary(hidden)];
}

function ofLine(uri: string, line: FlaggedLine, commandLinks: boolean): Diagnostic {
  return {
    range: range(line.line, line.endCharacter, line.startCharacter),
    severity: severityOfBand[line.band],
    source: SOURCE,
    message: line.message,
    code: `score ${line.score.toFixed(1)}`,
    ...(commandLinks ? { codeDescription: { href: commandLink('anomaline.showRootCause', { uri, line: line.line }) } } : {}),
    data: { finding: line.finding, group: line.group },
  };
}

function ofProblem(problem: Problem): Diagnostic {
  return { range: range(problem.line ?? 0, LINE_END), severity: severityOfProblem[problem.severity], source: SOURCE, message: `${problem.message} ${problem.next}`, code: problem.code };
}

function summary(hidden: readonly string[]): Diagnostic {
  return { range: range(0, 0), severity: DiagnosticSeverity.Information, source: SOURCE, code: 'hidden', message: `${hidden.join(' and ')} of this log are not underlined (setting anomaline.maxDiagnostics); the view Root Causes lists all findings.` };
}

function range(line: number, endCharacter: number, startCharacter = 0): Range {
  return { start: { line, character: startCharacter }, end: { line, character: endCharacter } };
}

/** What is published; one message per file, because editors cut a message over many files short. */
export class Diagnostics {
  private readonly published = new Set<string>();
  private turn = 0;

  constructor(private readonly connection: Connection) {}

  /** Publishes all files of the session and clears those that have nothing any more. A newer call ends an older one. */
  async publish(session: CaptureSession, limit: number, commandLinks: boolean): Promise<void> {
    const turn = ++this.turn, files = session.files(), uris = new Set(files.map(logUri));
    for (const uri of [...this.published]) if (!uris.has(uri)) await this.send(uri, []);
    for (const file of files) {
      if (turn !== this.turn) return;
      const uri = logUri(file);
      await this.send(uri, fileDiagnostics(uri, await session.findingsOf(file, limit), limit, commandLinks));
      await new Promise(setImmediate); // hover and trees are answered in between
    }
  }

  private async send(uri: string, diagnostics: Diagnostic[]): Promise<void> {
    if (diagnostics.length > 0) this.published.add(uri);
    else this.published.delete(uri);
    await this.connection.sendDiagnostics({ uri, diagnostics });
  }
}
