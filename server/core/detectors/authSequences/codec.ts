import { countModelContainer, readCountModel } from '../../auth/countModelFile';
import { UserMeans } from '../../auth/userMeans';
import type { Vocabulary } from '../../auth/vocabulary';
import { isCalibration } from '../../evaluation/calibration';
import type { Container, Tensor } from '../../models/safetensors';
import { resolveSettings, type SettingValues } from '../../settings/setting';
import { emptyCurve, type LossCurve } from '../../nn/trainCurve';
import type { AuthSequencesModel } from './model';
import { type Net, netOf } from './net';
import { weightSizes } from './nets/weights';
import { FIELDS } from './scorer';
import { type AuthSequencesSettings, SETTINGS } from './settings';

interface Header {
  readonly settings: AuthSequencesSettings;
  readonly tailScale: number;
  readonly baselineRows: number;
  readonly self: boolean;
  readonly note?: string;
  readonly curve?: LossCurve;
}

/** The model as named arrays and JSON texts; equal models give equal bytes. */
export function saveModel(model: AuthSequencesModel): Container {
  const { settings, calibration, baselineRows, self, counts, means, net, note } = model;
  const { metadata, tensors } = countModelContainer(counts);
  const header: Header = { settings, tailScale: calibration.scale, baselineRows, self, ...(note === undefined ? {} : { note }), ...(net ? { curve: net.curve } : {}) };
  const all: Record<string, Tensor> = { ...tensors, 'calibration.raw': calibration.raw, 'calibration.tail': calibration.tail };
  if (means) for (const [name, tensor] of Object.entries(means.toTensors())) all[`means.${name}`] = tensor;
  if (net) for (const [name, tensor] of Object.entries(net.weights)) all[`net.${name}`] = tensor;
  return { metadata: { ...metadata, authSequences: JSON.stringify(header) }, tensors: all };
}

/** The model, or what is wrong with the container: every array is checked before it is used. */
export function loadModel(container: Container): AuthSequencesModel | { readonly fault: string } {
  let header: Header | null;
  try {
    header = JSON.parse(container.metadata['authSequences'] ?? 'null') as Header | null;
  } catch {
    return { fault: 'its description is no JSON' };
  }
  const settings = settingsOf(header);
  if (!header || !settings || !Number.isSafeInteger(header.baselineRows) || header.baselineRows < 0 || typeof header.self !== 'boolean') return { fault: 'its description lacks settings' };
  const { tensors } = container;
  const float = (name: string): Float64Array => (tensors[name] instanceof Float64Array ? tensors[name] : new Float64Array(0));
  const calibration = { raw: float('calibration.raw'), tail: float('calibration.tail'), scale: header.tailScale };
  if (!isCalibration(calibration)) return { fault: 'its calibration is no falling curve' };
  const counts = readCountModel(container);
  if ('fault' in counts) return counts;
  if (counts.time !== settings.time || counts.vocabulary.kind !== settings.vocabulary) return { fault: 'its counts are of other settings than the model' };
  const [means, rows, all] = ['means', 'rows', 'all'].map((name) => float(`means.${name}`));
  if (settings.normalise && (all.length !== 2 || means.length !== rows.length || ![means, rows, all].every((values) => values.every(Number.isFinite)))) return { fault: 'it lacks the means of users' };
  const net = loadNet(container, settings, counts.vocabulary, header);
  if (net && 'fault' in net) return net;
  return {
    ...(net ? { net } : {}), ...(typeof header.note === 'string' ? { note: header.note } : {}),
    settings, counts, self: header.self, vocabulary: counts.vocabulary, calibration, entity: settings.entity, baselineRows: header.baselineRows, states: 0, symbols: counts.vocabulary.size,
    ...(settings.normalise ? { means: UserMeans.of({ means, rows, all }) } : {}),
  };
}

/** The net, checked against the shapes that its settings give; undefined with counts. */
function loadNet({ tensors }: Container, settings: AuthSequencesSettings, vocabulary: Vocabulary, { curve }: Header): Net | { readonly fault: string } | undefined {
  const line = netOf(settings, vocabulary, FIELDS + (settings.time ? 1 : 0));
  if (!line) return undefined;
  const weights: Record<string, Float32Array> = {};
  for (const [name, size] of Object.entries(weightSizes(line))) {
    const tensor = tensors[`net.${name}`];
    if (!(tensor instanceof Float32Array) || tensor.length !== size || !tensor.every(Number.isFinite)) return { fault: `its net lacks the weights ${name}, or they are of another net` };
    weights[name] = tensor;
  }
  return { weights, curve: isCurve(curve) ? curve : emptyCurve };
}

function isCurve(curve: LossCurve | undefined): curve is LossCurve {
  const numbers = (values: unknown): boolean => Array.isArray(values) && values.every((value) => typeof value === 'number');
  return typeof curve === 'object' && curve !== null && [curve.steps, curve.losses, curve.validationSteps, curve.validationLosses].every(numbers) && curve.steps.length === curve.losses.length && curve.validationSteps.length === curve.validationLosses.length;
}

function settingsOf(header: Header | null): AuthSequencesSettings | undefined {
  if (typeof header?.settings !== 'object' || header.settings === null) return undefined;
  const { values, problems } = resolveSettings(SETTINGS, header.settings as unknown as SettingValues);
  return problems.length > 0 ? undefined : (values as unknown as AuthSequencesSettings);
}
