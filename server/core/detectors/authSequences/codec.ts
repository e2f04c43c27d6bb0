import * as v from 'valibot';
import { counts, type Fault, finite, isCount, numbersIn, parsed, realNumber, settingRecord, shortText, storedSettings, wholeNumber } from '../../models/checked';
import { countModelContainer, readCountModel } from '../../auth/countModelFile';
import { UserMeans } from '../../auth/userMeans';
import type { Vocabulary } from '../../auth/vocabulary';
import { isCalibration } from '../scoring/calibration';
import type { Container, Tensor } from '../../models/safetensors';
import { emptyCurve, isCurve, type LossCurve } from '../../nn/trainCurve';
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
  const { settings, calibration, baselineRows, self, means, net, note } = model;
  const { metadata, tensors } = countModelContainer(model.counts);
  const header: Header = { settings, tailScale: calibration.scale, baselineRows, self, ...(note === undefined ? {} : { note }), ...(net ? { curve: net.curve } : {}) };
  const all: Record<string, Tensor> = { ...tensors, 'calibration.raw': calibration.raw, 'calibration.tail': calibration.tail };
  if (means) for (const [name, tensor] of Object.entries(means.toTensors())) all[`means.${name}`] = tensor;
  if (net) for (const [name, tensor] of Object.entries(net.weights)) all[`net.${name}`] = tensor;
  return { metadata: { ...metadata, authSequences: JSON.stringify(header) }, tensors: all };
}

const headerOf = v.object({ settings: settingRecord, tailScale: realNumber, baselineRows: wholeNumber, self: v.boolean(), note: v.optional(shortText), curve: v.optional(v.unknown()) });

/** The model, or what is wrong with the container: every array is checked before it is used. */
export function loadModel(container: Container): AuthSequencesModel | Fault {
  const { metadata, tensors } = container;
  const header = parsed(headerOf, metadata['authSequences']);
  if (!header) return { fault: 'its description is no JSON, or a number of it is missing' };
  const settings = storedSettings<AuthSequencesSettings>(SETTINGS, header.settings, false);
  if (!settings) return { fault: 'its description lacks settings' };
  const { note, self, baselineRows } = header;
  const raw = finite(tensors['calibration.raw']), tail = finite(tensors['calibration.tail']);
  if (!raw || !tail || !isCalibration({ raw, tail, scale: header.tailScale })) return { fault: 'its calibration is no falling curve' };
  const counted = readCountModel(container);
  if ('fault' in counted) return counted;
  const { vocabulary } = counted;
  if (counted.time !== settings.time || vocabulary.kind !== settings.vocabulary) return { fault: 'its counts are of other settings than the model' };
  const means = settings.normalise ? meansOf(tensors) : undefined;
  if (settings.normalise && !means) return { fault: 'it lacks the means of users' };
  const net = loadNet(container, settings, vocabulary, header.curve);
  if (net && 'fault' in net) return net;
  return {
    ...(net ? { net } : {}), ...(note === undefined ? {} : { note }), ...(means ? { means } : {}), settings, counts: counted, self, vocabulary,
    calibration: { raw, tail, scale: header.tailScale }, entity: settings.entity, baselineRows, states: 0, symbols: vocabulary.size,
  };
}

function meansOf(tensors: Container['tensors']): UserMeans | undefined {
  const rows = counts(tensors['means.rows']), means = finite(tensors['means.means'], { length: rows?.length ?? 0 }), all = finite(tensors['means.all'], { length: 2 });
  return rows && means && all && isCount(all[1]) ? UserMeans.of({ means, rows, all }) : undefined;
}

/** The net, checked against the shapes that its settings give; undefined with counts. */
function loadNet({ tensors }: Container, settings: AuthSequencesSettings, vocabulary: Vocabulary, curve: unknown): Net | Fault | undefined {
  const line = netOf(settings, vocabulary, FIELDS + (settings.time ? 1 : 0));
  if (!line) return undefined;
  const weights: Record<string, Float32Array> = {};
  for (const [name, size] of Object.entries(weightSizes(line))) {
    const tensor = numbersIn(tensors[`net.${name}`], Float32Array, { length: size, min: -Number.MAX_VALUE, max: Number.MAX_VALUE });
    if (!tensor) return { fault: `its net lacks the weights ${name}, or they are of another net` };
    weights[name] = tensor;
  }
  return { weights, curve: isCurve(curve) ? curve : emptyCurve };
}
