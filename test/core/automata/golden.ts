import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { readAbbadingo } from '../../../server/core/automata/abbadingo';
import { readLearnOptions } from '../../../server/core/automata/learnOptions';
import { prefixOf } from '../../../server/core/automata/prefixTree';
import { learn } from '../../../server/core/automata/learner';
import type { Automaton } from '../../../server/core/automata/automaton';
import type { PrefixTree } from '../../../server/core/automata/prefixTree';
import type { LearnSettings, Variant } from '../../../server/core/automata/settings';
import type { TraceSet } from '../../../server/core/automata/traces';

type Ini = Readonly<Record<string, string>>;

/** Settings of a reference's ini file; what the file does not name is at the default of that version. */
export function settingsOfIni(ini: Ini, variant: Variant): LearnSettings {
  const { settings, problems } = readLearnOptions({ ...ini, variant });
  assert.deepEqual(problems, []);
  return settings;
}

export function readTraces(file: string): TraceSet {
  return readAbbadingo(fs.readFileSync(file, 'utf8')).traces;
}

/** The text of one prefix as the reference writes it: type of its first trace, length, symbols. */
export function accessText(tree: PrefixTree, node: number): string {
  const { traces } = tree;
  if (node === 0) return '0 0';
  const prefix = prefixOf(tree, node);
  return [traces.typeNames[traces.types[tree.firstTrace[node]]], prefix.length, ...prefix.map((s) => traces.alphabet[s])].join(' ');
}

/** A C++ stream's way to write a number: 6 significant digits. */
export function sixDigits(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** Learns, and lists the steps as the reference does: `x<size> <prefix>` and `m<score> <prefix> <prefix>`. */
export function learnWithSteps(traces: TraceSet, settings: LearnSettings): { automaton: Automaton; steps: string[]; merges: string[] } {
  const steps: string[] = [];
  const merges: string[] = [];
  let tree: PrefixTree;
  const automaton = learn(traces, settings, {
    started: (t) => (tree = t),
    extended: (size, node) => {
      steps.push(`x${size}`);
      merges.push(`extend 0 ${accessText(tree, node)}`);
    },
    merged: (score, red, blue) => {
      steps.push(`m${sixDigits(score)}`);
      merges.push(`merge ${sixDigits(score)} ${accessText(tree, red)} ${accessText(tree, blue)}`);
    },
  });
  return { automaton, steps, merges };
}

/** Lines of a golden `.merges` file in the form of `learnWithSteps`. */
export function goldenMerges(text: string): string[] {
  return text.split('\n').map((line) => line.replace(/[(),]/g, ' ').trim().replace(/\s+/g, ' ')).filter((line) => line !== '');
}

export function readText(...parts: string[]): string {
  return fs.readFileSync(path.join(...parts), 'utf8');
}
