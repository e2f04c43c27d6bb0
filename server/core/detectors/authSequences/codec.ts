import { countModelContainer, readCountModel } from '../../auth/countModelFile';
import { UserMeans } from '../../auth/userMeans';
import { isCalibration } from '../../evaluation/calibration';
import type { Container, Tensor } from '../../models/safetensors';
import { resolveSettings, type SettingValues } from '../../settings/setting';
import type { AuthSequencesModel } from './model';
import { type AuthSequencesSettings, SETTINGS } from './settings';

interface Header {
  readonly settings: AuthSequencesSettings;
  readonly tailScale: number;
  readonly baselineRows: number;
  readonly self: boolean;
}

/** The model as named arrays and JSON texts; equal models give equal bytes. */
export function saveModel(model: AuthSequencesModel): Container {
  const { settings, calibration, baselineRows, self, counts, means } = model;
  const { metadata, tensors } = countModelContainer(counts);
  const header: Header = { settings, tailScale: calibration.scale, baselineRows, self };
  const all: Record<string, Tensor> = { ...tensors, 'calibration.raw': calibration.raw, 'calibration.tail': calibration.tail };
  if (means) for (const [name, tensor] of Object.entries(means.toTensors())) all[`means.${name}`] = tensor;
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
  return {
    settings, counts, self: header.self, vocabulary: counts.vocabulary, calibration, entity: settings.entity, baselineRows: header.baselineRows, states: 1, symbols: counts.vocabulary.size,
    ...(settings.normalise ? { means: UserMeans.of({ means, rows, all }) } : {}),
  };
}

function settingsOf(header: Header | null): AuthSequencesSettings | undefined {
  if (typeof header?.settings !== 'object' || header.settings === null) return undefined;
  const { values, problems } = resolveSettings(SETTINGS, header.settings as unknown as SettingValues);
  return problems.length > 0 ? undefined : (values as unknown as AuthSequencesSettings);
}
