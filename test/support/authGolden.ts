import { strict as assert } from 'node:assert';
import * as fs from 'node:fs';
import type { Context } from 'mocha';
import { needShared } from './shared';

/** Numbers of any depth, with infinities as text. */
export type Nested = number | string | readonly Nested[];

export interface AuthGolden {
  readonly params: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>>;
  readonly grads: AuthGolden['params'];
  readonly [name: string]: unknown;
}

/** Golden values of the published models by file name; skips the test where they are not. */
export function authGolden(context: Context, name: string): AuthGolden {
  return JSON.parse(fs.readFileSync(needShared(context, `golden/auth-sequence/${name}.json`), 'utf8')) as AuthGolden;
}

/** All numbers of a nested list, in order. */
export function flat(values: unknown): number[] {
  return Array.isArray(values) ? values.flatMap(flat) : [Number(values)];
}

/** PyTorch's names of the published models and ours; the first that matches counts. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^event_level_lstm\./, ''], [/^_?word_embedding\.weight$|(^|\.)embeddings\.weight$/, 'words.weight'],
  [/^.*encoder\.layers\.(\d)\.(.*)$/, 'layer$1.$2'], [/^.*decoder\.layers\.(\d)\.(.*)$/, 'decoder$1.$2'],
  [/^.*encoder\.norm\./, 'encoder.norm.'], [/^.*decoder\.norm\./, 'decoder.norm.'],
  [/^context_lstm\.context_lstm_layers/, 'context'], [/^reduce_dim\./, 'reduce.'],
  [/stacked_lstm\.(.*)_reverse$/, 'backward.$1'], [/stacked_lstm\./, 'forward.'],
  [/self_attn\.in_proj_/, 'attention.in.'], [/self_attn\.out_proj/, 'attention.out'], [/multihead_attn\.in_proj_/, 'cross.in.'], [/multihead_attn\.out_proj/, 'cross.out'],
  [/linear1/, 'inner'], [/linear2/, 'outer'],
  [/weight_ih_l0/, 'input'], [/weight_hh_l0/, 'recurrent'], [/bias_ih_l0/, 'inputBias'], [/bias_hh_l0/, 'recurrentBias'],
  [/attention\.w_a/, 'attention.keys'], [/get_token_output/, 'output'],
];

/** Our name of a published parameter. */
export function ownName(name: string): string {
  return NAMES.reduce((text, [pattern, to]) => text.replace(pattern, to), name);
}

export function ownWeights(params: AuthGolden['params']): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(params).map(([name, { data }]) => [ownName(name), Float32Array.from(data)]));
}

/** Numbers equal to 1e-4 of the largest expected. */
export function near(got: ArrayLike<number>, expected: unknown, what: string): void {
  const wanted = flat(expected);
  assert.equal(got.length, wanted.length, what);
  const scale = wanted.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  wanted.forEach((x, k) => assert.ok(Math.abs(got[k] - x) <= 1e-4 * scale, `${what}[${k}]: ${got[k]}, expected ${x}`));
}
