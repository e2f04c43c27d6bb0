import { count } from '../core/symbols/words';
import { nodeFiles } from '../node/files';
import type { Context } from './context';
import { loadModelFile, shownPath, userPath } from './context';
import { EXIT, InputError, parseOptions, UsageError } from './options';

/** `anomaline export --model FILE --onnx FILE`: writes a model's net as an ONNX file that other tools open. */
export async function exportModel(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { model: { type: 'string' }, onnx: { type: 'string' } });
  if (positionals.length > 0 || values.onnx === undefined) throw new UsageError('Name the file to write with --onnx FILE, and the model with --model FILE.');
  const { detector, model } = await loadModelFile(values.model);
  const bytes = detector.exportOnnx?.(model);
  if (!bytes) throw new InputError(`A model of ${detector.id} without a neural net cannot be written as ONNX. The model file itself is a safetensors file that other tools open.`);
  const file = userPath(values.onnx);
  const written = await nodeFiles.write(file, bytes);
  if (written) throw new InputError(written.fault);
  context.line(`${shownPath(file)}: ${count(bytes.length)} bytes; its metadata says what goes in and what comes out`);
  return EXIT.clean;
}
