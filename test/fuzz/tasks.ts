import * as assert from 'node:assert/strict';
import type { LogHeader } from '../../server/core/formats/format';
import { stateFrequency } from '../../server/core/detectors/stateFrequency';
import { EntityTable } from '../../server/core/symbols/entities';
import { joinFlows, toFlowTransfer } from '../../server/core/table/flowTransfer';
import type { Rng } from '../../server/core/util/rng';
import { randomBelow } from '../../server/core/util/rng';
import { joinSummaries } from '../../server/engine/encodedRows';
import type { EncodedLogRows, ReadSummary, RowColumns } from '../../server/engine/ports';
import { countLinesOn } from '../../server/node/poolReaders';
import type { FlowTable } from '../../server/core/table/flow';
import { collectSink, encodeBlocks, type LogPart, type LogSink, scanSink } from '../../server/engine/readLog';
import { flowsOfLog } from '../support/capture';
import { flowsOf } from '../support/flows';
import { grownRows, joinedRows } from '../support/joinedRows';
import { connLog, office } from '../support/logs';
import { learnFrom } from '../support/models';
import { inAnyOrder } from './partOrder';

let learned: ReturnType<typeof learnFrom> | undefined;
const model = (): ReturnType<typeof learnFrom> => (learned ??= learnFrom(flowsOfLog(Buffer.from(connLog(office(300))))));
let encoder: ReturnType<typeof stateFrequency.encoder> | undefined;
/** Its encoder is made once: it takes longer than reading a small log. */
const detector = { ...stateFrequency, encoder: () => (encoder ??= stateFrequency.encoder(model())) } as never;

/** Scanning, collecting and encoding in parts that begin at `starts` give what they give of the whole log; so does a log that has grown. */
export function checkTasks(header: LogHeader, bytes: Uint8Array, starts: readonly number[], rng: Rng): void {
  const whole: LogPart = { header, byteOffset: 0 };
  function inParts<T extends { summary: ReadSummary }>(open: (part: LogPart) => LogSink<T>): T[] {
    return inAnyOrder(starts.length, '', (i, state) => {
      const result = run(open({ header, byteOffset: starts[i], state }), bytes.subarray(starts[i], starts[i + 1] ?? bytes.length));
      return { result, state: result.summary.state ?? '' };
    }, rng);
  }

  const scanned = inParts(scanSink);
  const all = run(scanSink(whole), bytes);
  const entities = new EntityTable('pair');
  for (const part of scanned) entities.absorb(part.entities);
  assert.deepEqual([joinSummaries(scanned.map(({ summary }) => summary)), names(entities)], [joinSummaries([all.summary]), names(absorbed(all.entities))], 'scan');

  const filter = { from: 0, to: 1e12, label: { column: 'label', matches: '.*e.*' } };
  const chosen = rng() < 0.5 ? {} : filter;
  const collect = (part: LogPart): LogSink<{ summary: ReadSummary; table: ReturnType<typeof toFlowTransfer> }> => {
    const sink = collectSink(part, chosen, detector);
    return { push: (chunk) => sink.push(chunk), finish: () => { const { summary, table } = sink.finish(); return { summary, table: toFlowTransfer(table) }; } };
  };
  const [together, collected] = [joined(inParts(collect)), joined([run(collect(whole), bytes)])];
  assert.deepEqual([flowsOf(together), together.places], [flowsOf(collected), collected.places], 'collect');

  const encode = (part: LogPart): LogSink<Encoded> => {
    const blocks: RowColumns[] = [];
    const sink = encodeBlocks(part, detector, model() as never, { label: filter.label, baseline: filter }, (block) => blocks.push(block));
    return { push: (chunk) => sink.push(chunk), finish: () => ({ ...sink.finish(), blocks }) };
  };
  const expected = named(built([run(encode(whole), bytes)], bytes.length));
  assert.deepEqual(named(built(inParts(encode), bytes.length)), expected, 'encode');
  if (starts.length < 2) return;
  const at = starts[1 + randomBelow(rng, starts.length - 1)];
  const before = built([run(encode(whole), bytes.subarray(0, at))], at);
  const { state } = before.summary;
  const tail = built([run(encode({ header, byteOffset: at, ...(state === undefined ? {} : { state }) }), bytes.subarray(at))], bytes.length);
  assert.deepEqual(named(grownRows(before, tail)), expected, 'a log that has grown');
}

type Encoded = ReturnType<ReturnType<typeof encodeBlocks>['finish']> & { readonly blocks: readonly RowColumns[] };

function run<T>(sink: LogSink<T>, bytes: Uint8Array): T {
  sink.push(bytes);
  return sink.finish();
}

function built(parts: readonly Encoded[], bytes: number): EncodedLogRows {
  return joinedRows(parts.map(({ blocks, ...end }) => ({ blocks, end })), bytes);
}

/** One table of those of the parts, with the lines of the log. */
function joined(parts: readonly { readonly summary: ReadSummary; readonly table: ReturnType<typeof toFlowTransfer> }[]): FlowTable {
  countLinesOn(parts);
  return joinFlows(parts.map(({ table }) => table));
}

function absorbed(transfer: EncodedLogRows['entities']): EntityTable {
  const entities = new EntityTable(transfer.kind);
  entities.absorb(transfer);
  return entities;
}

function names(entities: EntityTable): string[] {
  return Array.from({ length: entities.size }, (_, e) => entities.name(e));
}

/** With entities by name: hosts may be numbered in another order, entities may not. */
function named(rows: EncodedLogRows): unknown {
  return { ...rows, entities: names(absorbed(rows.entities)) };
}
