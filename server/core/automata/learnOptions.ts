import { nearest, resolveSettings } from '../settings/setting';
import { mergeTests } from './mergeTests/registry';
import { defaultLearnSettings } from './settings';
import { noEffect, referenceKeys } from './referenceKeys';
import type { Setting } from '../settings/setting';
import type { Problem } from '../util/problem';
import type { LearnSettings, Variant } from './settings';

type Name = keyof LearnSettings;

function number(name: Name, min: number, max: number, whole: boolean, unit: string, text: string): Setting {
  return { name, type: 'number', unit, min, max, whole, default: (defaultLearnSettings[name] as number | undefined) ?? min, text };
}

function flag(name: Name, text: string): Setting {
  return { name, type: 'flag', default: defaultLearnSettings[name] as boolean, text };
}

const COUNT = 2 ** 31 - 1;

/** Every parameter of learning under its own name, with range and default. */
export const learnOptions: readonly Setting[] = [
  { name: 'variant', type: 'choice', choices: ['default', 'main', 'sicco'], default: 'default', text: 'whose rules hold: our own, or exactly those of a version of the reference' },
  { name: 'mergeTest', type: 'choice', choices: Object.keys(mergeTests), default: 'likelihoodRatio', text: 'what decides whether two states are alike' },
  number('confidence', 0, 1e9, false, '', 'significance level, or the bound of the merge test that plays its part'),
  number('correction', 0, 1e9, false, '', 'Laplace count added to every count in tests'),
  number('stateCount', -1, COUNT, true, 'traces', 'states with fewer traces are not compared'),
  number('symbolCount', -1, COUNT, true, 'traces', 'rarer symbols are pooled; -1: none'),
  flag('finalProbability', 'ends of traces are part of the distributions'),
  flag('typeDistribution', 'types of traces are compared too'),
  flag('typeConsistent', 'states that end traces of different types never merge'),
  flag('sinks', 'rare candidates neither merge nor become states'),
  number('sinkCount', -1, COUNT, true, 'traces', 'candidates with fewer traces are sinks'),
  flag('typeSinks', 'candidates with one type of traces are sinks (sicco only)'),
  flag('mergeSinks', 'sinks merge with each other in the end'),
  flag('mergeSinksWithCore', 'and with states'),
  flag('extendSinks', 'sinks may become states then'),
  flag('sinkIdentical', 'sinks merge only where exactly the same paths follow'),
  flag('sinkSiblings', 'sinks merge only with what was first reached from the same state'),
  flag('largestBlue', 'only the most frequent candidate is examined in a step'),
  flag('extend', 'a candidate that no state accepts becomes a state at once'),
  number('extendScore', -1e9, 1e9, false, '', 'score of making a candidate a state'),
  flag('shallowFirst', 'shallow candidates come before frequent ones'),
  flag('mergeRoot', 'candidates may merge with the root'),
  flag('testMerge', 'a tried merge is performed and undone'),
  flag('mergeData', 'merges add up the counts of states'),
  number('markovian', 0, COUNT, true, 'symbols', 'states merge only if so many last incoming symbols are the same'),
  number('kTail', -1, COUNT, true, 'symbols', 'tests look so far ahead; -1: no limit'),
  number('kTailPaths', -1, COUNT, true, 'symbols', 'a state must have all paths of this length that the candidate has; -1: no matter'),
  number('kState', -1, COUNT, true, 'traces', 'what lies behind rarer nodes is not compared'),
  flag('statesFixed', 'merges give no state a transition that it lacks'),
  flag('allFixed', 'merges give no node a transition that it lacks'),
  flag('depthCheck', 'the merge test must also hold for what lies behind both nodes, added up by depth'),
  flag('symbolCheck', 'and added up by symbol'),
  flag('blueBlue', 'candidates may merge with each other'),
  number('random', 0, 1, false, '', 'share of a score that chance takes away'),
  number('seed', 0, 2 ** 32 - 1, true, '', 'seed of chance'),
  number('mergeLocal', -1, COUNT, true, 'steps', 'only states so near in the tree merge; -1: no limit'),
  number('mergeLocalSources', -1, COUNT, true, 'states', 'except into states with so many sources; -1: no exception'),
  number('lowerBound', -1e9, 1e9, false, '', 'least score of a merge; left out: no limit'),
  number('maxStates', -1, COUNT, true, 'states', 'most states; 0: no limit'),
  number('minNodes', -1, COUNT, true, 'nodes', 'stop when merges left so few nodes of the prefix tree; 0: no limit'),
  number('splitSize', 0, COUNT, true, 'traces', 'attributes: parts of a divided transition have more traces'),
  number('splitDepth', -1, COUNT, true, 'times', 'attributes: how often a transition is divided again; -1: no limit'),
  number('splitParts', -1, COUNT, true, 'transitions', 'attributes: into how many the transition of a state and symbol is divided; -1: no limit'),
  number('splits', -1, COUNT, true, 'times', 'attributes: how often transitions are divided in all; -1: no limit'),
  flag('keepCandidates', 'rare candidates are states of the automaton'),
  flag('keepSubtrees', 'and so is all behind them'),
];

/** Settings as given, checked: what was set, under the learner's names; `ignored` lists keys that do nothing here. */
export interface ReadOptions {
  /** `default`: our default learner, which selects what is not given; `variant`: exactly these settings. */
  readonly learner: 'default' | 'variant';
  readonly given: Partial<LearnSettings>;
  /** All settings: what was given, and for the rest the defaults of the variant. */
  readonly settings: LearnSettings;
  readonly ignored: readonly string[];
  readonly problems: readonly Problem[];
}

/**
 * Reads `key=value` settings under our names or the reference tool's (`heuristic-name`, `sinkcount`, ...; its flags are 0 and 1). With
 * `variant` main or sicco, what is not given is at that version's default.
 */
export function readLearnOptions(given: Readonly<Record<string, string>>): ReadOptions {
  const problems: Problem[] = [];
  const ignored: string[] = [];
  const own: Record<string, string> = {};
  const source: Record<string, string> = {};
  let lowerBound = given['lowerBound'] !== undefined;
  for (const [key, value] of Object.entries(given)) {
    const reference = Object.hasOwn(referenceKeys, key) ? referenceKeys[key] : undefined;
    if (noEffect.has(key)) ignored.push(key);
    else if (key === 'lowerbound') {
      if (value !== '0' && value !== '1') problems.push(badValue(key, value, '0 or 1'));
      else lowerBound = value === '1';
    } else if (reference) {
      const text = reference.read(value);
      if (text === undefined) problems.push(badValue(key, value, reference.takes));
      else if (own[reference.name] !== undefined && own[reference.name] !== text) problems.push(twice(source[reference.name], key));
      else {
        own[reference.name] = text;
        source[reference.name] = key;
      }
    } else if (learnOptions.some((option) => option.name === key)) {
      if (own[key] !== undefined && own[key] !== value) problems.push(twice(source[key], key));
      own[key] = value;
      source[key] = key;
    } else {
      const near = nearest(key, [...learnOptions.map((option) => option.name), ...Object.keys(referenceKeys), ...noEffect, 'lowerbound']);
      problems.push({ code: 'unknown-setting', severity: 'error', message: `There is no setting "${key}".`, next: near ? `Did you mean "${near}"?` : 'docs/automata.md lists them.' });
    }
  }
  const resolved = resolveSettings(learnOptions, own);
  for (const problem of resolved.problems) {
    const name = /"(\w+)"/.exec(problem.message)?.[1] ?? '';
    problems.push({ ...problem, message: problem.message.replace(`"${name}"`, `"${source[name] ?? name}"`) });
  }
  const values = resolved.values as unknown as LearnSettings;
  const chosen = Object.fromEntries(Object.keys(own).map((name) => [name, values[name as Name]])) as Partial<LearnSettings>;
  if (lowerBound) Object.assign(chosen, { lowerBound: own['lowerBound'] === undefined ? 0 : values.lowerBound });
  else delete (chosen as { lowerBound?: number }).lowerBound;
  const { variant } = values;
  return { learner: own['variant'] === undefined ? 'default' : 'variant', given: chosen, settings: { ...defaultsOf(variant), ...chosen }, ignored, problems };
}

/** Defaults of a variant: ours, or those of the version of the reference (specs, state machine, section 10). */
export function defaultsOf(variant: Variant): LearnSettings {
  if (variant === 'default') return defaultLearnSettings;
  const sicco = variant === 'sicco';
  return {
    ...defaultLearnSettings, variant, largestBlue: false, keepCandidates: false,
    stateCount: sicco ? 0 : 25, symbolCount: sicco ? 0 : 10, sinkCount: sicco ? -1 : 10, typeSinks: sicco, splitSize: 0,
  };
}

function twice(one: string, other: string): Problem {
  return { code: 'setting-twice', severity: 'error', message: `The settings "${one}" and "${other}" are the same one and contradict each other.`, next: 'Give one of them.' };
}

function badValue(key: string, value: string, takes: string): Problem {
  return { code: 'bad-setting', severity: 'error', message: `The setting "${key}" cannot be "${value}".`, next: `It takes ${takes}.` };
}
