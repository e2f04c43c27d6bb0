import { jsonText, visible, withoutLinks } from '../util/visible';
import type { FindingRecord, RunRecord } from './record';

const LEVELS: Readonly<Record<string, string>> = { high: 'error', medium: 'warning', low: 'note' };

/** SARIF 2.1.0: one rule a root cause, one result a finding, its worst row first and the others as related places (100 at most). */
export function toSarif(findings: readonly FindingRecord[], run: RunRecord): string {
  const rules = new Map(findings.map((f) => [ruleId(f), { id: ruleId(f), shortDescription: { text: withoutLinks(f.rootCause.text) } }]));
  const results = findings.map((f) => ({
    ruleId: ruleId(f),
    level: LEVELS[f.band] ?? 'note',
    message: { text: withoutLinks(f.message) },
    rank: f.score,
    locations: [{ physicalLocation: { artifactLocation: { uri: fileUri(f.file) }, region: { startLine: f.line, byteOffset: f.byteStart, byteLength: f.byteEnd - f.byteStart } } }],
    relatedLocations: Object.entries(f.lines).flatMap(([file, lines]) => lines.map((line) => ({ physicalLocation: { artifactLocation: { uri: fileUri(file) }, region: { startLine: line } } }))).slice(0, 100),
    partialFingerprints: { 'anomaline/v1': f.id },
    properties: { raw: f.raw, entity: visible(f.entity), rows: f.rows, evidence: f.evidence.map(({ name, value, text }) => ({ name: visible(name), value, text: visible(text) })) },
  }));
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: { driver: { name: 'Anomaline', version: run.version, rules: [...rules.values()] } },
      invocations: [{ executionSuccessful: true, toolExecutionNotifications: run.skipped.map((s) => ({ level: 'note', message: { text: withoutLinks(`${s.path} was not scored: ${s.reason}`) } })) }],
      results,
      properties: { detector: run.detector, acceptance: run.acceptance, threshold: run.threshold, rows: run.rows },
    }],
  }, 2) + '\n';
}

/** A path as a URI reference: every character that means something in a URI is escaped, the slashes stay. */
function fileUri(path: string): string {
  const slashed = path.replace(/\\/g, '/');
  const encoded = slashed.split('/').map((part) => encodeURIComponent(part.replace(/\p{Surrogate}/gu, '\ufffd'))).join('/');
  return slashed.startsWith('/') ? `file://${encoded}` : encoded;
}

function ruleId(f: FindingRecord): string {
  return visible(`${f.detector}/${f.rootCause.state ?? ''}/${f.rootCause.text}`);
}
