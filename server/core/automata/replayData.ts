import type { Automaton } from './automaton';
import type { Replay } from './replay';
import type { TraceSet } from './traces';

/** What the data of replayed traces should have been; arrays have one entry a step of the replay. */
export interface DataReplay {
  /** Number of the output (of `automaton.data.outputs.names`) that the automaton gives at each step, -1 where it has none; absent unless it is a Mealy machine. */
  readonly outputs?: Int32Array;
  /** The number that the state before each step predicts, NaN where it has none; absent unless the automaton is one of regression. */
  readonly values?: Float64Array;
  /** What differs from what the trace carries: 1 another output, for numbers the distance from the prediction; 0 where the trace or the automaton has none. */
  readonly errors: Float64Array;
}

/**
 * Compares the data of traces with what a Mealy machine answers or a regression automaton predicts, along a replay of the same traces; undefined
 * when the automaton is neither. A trace that was lost has nothing to compare from there on; the end of a trace has no data. O(symbols).
 */
export function replayData(automaton: Automaton, traces: TraceSet, run: Replay): DataReplay | undefined {
  const { outputs: machine, values: means } = automaton.data;
  if (!machine && !means) return undefined;
  const { offsets, symbols, data } = traces;
  const steps = run.states.length;
  const outputs = new Int32Array(steps).fill(-1);
  const values = new Float64Array(steps).fill(NaN);
  const errors = new Float64Array(steps);
  const numbers = Float64Array.from(data?.texts ?? [], (text) => (text.trim() === '' ? NaN : Number(text)));
  for (let t = 0; t + 1 < offsets.length; t++) {
    let state = 0;
    // With probabilities of ends a trace has one step more than symbols; a lost trace has fewer.
    const length = Math.min(offsets[t + 1] - offsets[t], run.offsets[t + 1] - run.offsets[t]);
    for (let i = 0; i < length; i++) {
      const at = run.offsets[t] + i;
      const text = data ? data.of[offsets[t] + i] - 1 : -1;
      const entry = automaton.entry(state, symbols[offsets[t] + i]);
      if (machine && entry >= 0) {
        outputs[at] = machine.ofEntry[entry];
        if (text >= 0 && outputs[at] >= 0 && !isOneOf(machine.names[outputs[at]], data!.texts[text])) errors[at] = 1;
      }
      const mean = automaton.mean(state);
      if (mean !== undefined) {
        values[at] = mean;
        if (text >= 0 && Number.isFinite(numbers[text])) errors[at] = Math.abs(numbers[text] - mean);
      }
      state = Math.max(0, entry < 0 ? 0 : automaton.arrays.entryTarget[entry]);
    }
  }
  return { ...(machine ? { outputs } : {}), ...(means ? { values } : {}), errors };
}

function isOneOf(output: string, text: string): boolean {
  return output === text || output.split('|').includes(text);
}
