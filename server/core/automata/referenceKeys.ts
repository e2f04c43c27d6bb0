import type { LearnSettings } from './settings';

/** A key of the reference tool: the setting of ours that it is, and how its values read as ours (undefined: not a value). */
export interface ReferenceKey {
  readonly name: keyof LearnSettings;
  readonly takes: string;
  read(value: string): string | undefined;
}

const heuristics: Readonly<Record<string, string>> = {
  likelihoodratio: 'likelihoodRatio', alergia: 'alergia', alergia94: 'alergia94', aic: 'akaike', kldistance: 'kullbackLeibler',
  evidence_driven: 'evidence', overlap_driven: 'overlap', mealy: 'mealy', mse_error: 'meanSquaredError', overlap4logs: 'sameTypes', rtiplus: 'attributes',
};

function number(name: keyof LearnSettings): ReferenceKey {
  return { name, takes: 'a number', read: (value) => (value.trim() !== '' && Number.isFinite(Number(value)) ? value : undefined) };
}

function flag(name: keyof LearnSettings): ReferenceKey {
  return { name, takes: '0 or 1', read: (value) => ({ 0: 'false', 1: 'true' })[value] };
}

/** Keys of the reference's ini files (specs, state machine, sections 3 to 10) and what they are here. `lowerbound` apart, which switches `lowerboundval` on. */
export const referenceKeys: Readonly<Record<string, ReferenceKey>> = {
  'heuristic-name': { name: 'mergeTest', takes: `one of ${Object.keys(heuristics).join(', ')}`, read: (value) => (Object.hasOwn(heuristics, value) ? heuristics[value] : undefined) },
  confidence_bound: number('confidence'), correction: number('correction'), state_count: number('stateCount'), symbol_count: number('symbolCount'),
  finalprob: flag('finalProbability'), typedist: flag('typeDistribution'), typeconsistent: flag('typeConsistent'),
  sinkson: flag('sinks'), sinkcount: number('sinkCount'), typesinks: flag('typeSinks'), mergesinks: flag('mergeSinks'), mergesinkscore: flag('mergeSinksWithCore'), extendsinks: flag('extendSinks'), sinkidentical: flag('sinkIdentical'), convertsinks: flag('sinkSiblings'),
  largestblue: flag('largestBlue'), extend: flag('extend'), extendscore: number('extendScore'), shallowfirst: flag('shallowFirst'), blueblue: flag('blueBlue'),
  mergeroot: flag('mergeRoot'), testmerge: flag('testMerge'), mergedata: flag('mergeData'), markovian: number('markovian'),
  ktail: number('kTail'), origktail: number('kTailPaths'), kstate: number('kState'), redfixed: flag('statesFixed'), allfixed: flag('allFixed'), depthcheck: flag('depthCheck'), symbolcheck: flag('symbolCheck'),
  mergelocal: number('mergeLocal'), mcollector: number('mergeLocalSources'), lowerboundval: number('lowerBound'), dfabound: number('maxStates'), aptabound: number('minNodes'), random: number('random'), seed: number('seed'),
  minsplitsize: number('splitSize'), maxsplitdepth: number('splitDepth'), maxsplitsize: number('splitParts'), maxsplits: number('splits'),
  printblue: flag('keepCandidates'), printwhite: flag('keepSubtrees'),
};

/**
 * Keys that are taken and do nothing when traces are learned: windows of CSV input, printing, replay, how the reference stores
 * traces, dead keys of its shipped ini files, and `searchsinks`, whose meaning is not known.
 */
export const noEffect: ReadonlySet<string> = new Set([
  'slidingwindow', 'swsize', 'swstride', 'swaddshorter', 'swaddprefix', 'addtails', 'reversetraces', 'mergecheck', 'outputsinks', 'output', 'outputfile', 'debug',
  'predictreset', 'predictremain', 'predictalign', 'predictfrequencyanomaly', 'predicttype', 'predicttrace', 'predictsymbol', 'predictminimum', 'predictdata',
  'searchsinks', 'finalred', 'extrapar', 'satdfabound', 'storemerges', 'symbdist', 'data-name', 'mode',
]);
