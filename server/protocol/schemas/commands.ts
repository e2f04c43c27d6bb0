import * as v from 'valibot';
import { type ExportParams, type ImportParams, type LearnParams, type LineParams, SAMPLE_KINDS, type SampleParams, type ScoreParams, ServerCommands } from '../commands';
import { baselineChoice } from './baseline';
import { absolutePath, between, type Check, flag, index, logUriText, nothing, oneOf, shapeOf, strict, text } from './shape';

const MOST_SETTINGS = 1_000;
/** Numbers of settings: any that a computation can work with. */
const MOST_VALUE = 1e100;

const settings = () => {
  const values = v.record(text(200), v.union([text(), between(-MOST_VALUE, MOST_VALUE), flag()], 'a text, a number, true or false'), 'an object of texts, numbers and booleans');
  return v.pipe(v.custom<Record<string, unknown>>((value) => !Array.isArray(value), 'an object of texts, numbers and booleans'), values, v.check((all) => Object.keys(all).length <= MOST_SETTINGS, `an object of at most ${MOST_SETTINGS} settings`));
};

export const learnParams = () => shapeOf<LearnParams>()(strict({
  detector: v.exactOptional(text(200)), baseline: v.exactOptional(baselineChoice()), settings: v.exactOptional(settings()), from: v.exactOptional(absolutePath()),
}));
export const importParams = () => shapeOf<ImportParams>()(strict({ file: absolutePath(), baseline: v.exactOptional(baselineChoice()), settings: v.exactOptional(settings()) }));
export const scoreParams = () => shapeOf<ScoreParams>()(strict({ model: v.exactOptional(absolutePath()) }));
export const exportParams = () => shapeOf<ExportParams>()(strict({ model: absolutePath(), file: absolutePath() }));
export const lineParams = () => shapeOf<LineParams>()(strict({ uri: logUriText(), line: index() }));
export const sampleParams = () => shapeOf<SampleParams>()(strict({ kind: v.exactOptional(oneOf(SAMPLE_KINDS)), folder: absolutePath() }));

/** An argument that may be left out; then it is an empty object. */
const orEmpty = <T>(check: Check<T>): Check => v.pipe(v.unknown(), v.transform((value) => value ?? {}), check);

/** What each command takes. */
export const commandArguments: Readonly<Record<(typeof ServerCommands)[keyof typeof ServerCommands], Check>> = {
  [ServerCommands.investigate]: nothing(),
  [ServerCommands.learn]: orEmpty(learnParams()),
  [ServerCommands.importFlexfringe]: orEmpty(importParams()),
  [ServerCommands.score]: orEmpty(scoreParams()),
  [ServerCommands.cancel]: nothing(),
  [ServerCommands.clear]: nothing(),
  [ServerCommands.explain]: orEmpty(lineParams()),
  [ServerCommands.chooseBaseline]: orEmpty(baselineChoice()),
  [ServerCommands.exportOnnx]: orEmpty(exportParams()),
  [ServerCommands.sample]: orEmpty(sampleParams()),
};
