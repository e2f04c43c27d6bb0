import { stateFrequency } from '../../server/core/detectors/stateFrequency';
import { readModel, writeModel } from '../../server/core/detectors/scoring/modelFile';
import { noControl } from '../../server/core/util/control';
import { type Rng, randomBelow } from '../../server/core/util/rng';
import { indexCapture } from '../../server/engine/captureIndex';
import type { ModelInUse, Readers } from '../../server/engine/ports';
import { scoreFiles } from '../../server/engine/score';
import type { ScoredCapture } from '../../server/engine/scoredCapture';
import { nodeFiles } from '../../server/node/files';
import { flowsOfLog } from './capture';
import { type ConnRow, connLog, office } from './logs';
import { learnFrom, origin } from './models';

/** A model of an office's day. */
export function officeModel(settings: object = {}): ModelInUse {
  const bytes = writeModel(stateFrequency as never, learnFrom(flowsOfLog(Buffer.from(connLog(office(600)))), settings), origin);
  const loaded = readModel(bytes);
  if ('fault' in loaded) throw new Error(loaded.fault);
  return { ...loaded, bytes };
}

/** The logs below a folder, scored. */
export async function scoreFolder(readers: Readers, folder: string, model: ModelInUse, acceptance: number): Promise<ScoredCapture> {
  const { files } = await indexCapture(nodeFiles, folder, [], noControl);
  return (await scoreFiles(readers, files, model, { acceptance }, noControl)).capture;
}

const HOSTS = ['10.0.0.1', '10.0.0.9', '10.0.0.10', '10.0.1.7', '192.168.0.3', '2001:db8::1', '2001:db8:0:1::2', '2001:db8:1::1', 'fe80::1%eth0', '::ffff:10.0.0.5', '-'];
const LABELS = ['Benign', 'Malicious', 'Background', '-'];

/** Rows as no office has them: all hosts, few ports, times anywhere within `span` seconds, some missing. */
export function oddRows(rng: Rng, count: number, span: number, timeless = 0.1): ConnRow[] {
  const one = <T>(list: readonly T[]): T => list[randomBelow(rng, list.length)];
  return Array.from({ length: count }, () => ({
    ...(rng() < timeless ? {} : { time: 1000 + Math.floor(rng() * span * 10) / 10 }),
    source: one(HOSTS), destination: one(HOSTS), port: one([80, 443, 22, 5000 + randomBelow(rng, 4)]), service: one(['ssl', 'http', '-']), bytes: one([0, 300, 5000]), state: one(['SF', 'S0', 'REJ']), label: one(LABELS),
  }));
}

/** A row as it stands in its log, with what scoring made of it: for slow recounts. */
export interface PlainRow {
  readonly row: number;
  readonly file: string;
  /** NaN where it has none. */
  readonly time: number;
  readonly source: string;
  readonly destination: string;
  readonly ports: readonly [number, number];
  readonly label: string;
  readonly state: number;
  readonly raw: number;
  /** Of the finding's row: its finding, -1 for none. */
  readonly finding: number;
}

/** The rows of a capture, told by the recipes of its logs. */
export function plainRows(capture: ScoredCapture, logs: Readonly<Record<string, readonly ConnRow[]>>): PlainRow[] {
  return capture.logs.flatMap(({ file: { relative }, firstRow }) => (logs[relative] ?? []).map(({ time = NaN, source = '10.0.0.1', destination = '10.0.1.1', port = 443, label = 'Benign' }, i): PlainRow => {
    const row = firstRow + i, at = capture.findings.rows.indexOf(row), given = (text: string): string => (text === '-' ? '' : text);
    return {
      row, file: relative, time: Number.isNaN(time) ? NaN : Number(time.toFixed(6)), source: given(source), destination: given(destination), ports: [40_000 + (i % 1000), port], label: given(label),
      state: capture.scores.state[row], raw: capture.scores.raw[row], finding: at < 0 ? -1 : capture.findings.findingOf[at],
    };
  }));
}
