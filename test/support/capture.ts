import { recognise } from '../../server/core/formats/registry';
import { formatById } from '../../server/core/formats/registry';
import { FlowBuilder } from '../../server/core/table/flowBuilder';
import type { FlowTable } from '../../server/core/table/flow';
import { sampleCapture, type SampleOptions } from '../../server/core/sample/sample';

/** The files of a generated capture, by path. */
export function sampleFiles(options: SampleOptions): Map<string, Buffer> {
  const parts = new Map<string, Uint8Array[]>();
  for (const { file, bytes } of sampleCapture(options)) parts.set(file, [...(parts.get(file) ?? []), bytes]);
  return new Map([...parts].map(([file, chunks]) => [file, Buffer.concat(chunks)]));
}

/** The flows of one log's bytes. */
export function flowsOfLog(bytes: Uint8Array): FlowTable {
  const header = recognise(bytes);
  const format = header && formatById(header.format);
  if (!header || !format) throw new Error('no known log');
  const builder = new FlowBuilder();
  const reader = format.reader(header, { onTable: (table) => void builder.add(format.flow(header, table)), onProblem: () => undefined });
  reader.push(bytes);
  reader.finish();
  return builder.finish();
}
