import type { CodeActionParams, DidChangeWatchedFilesParams, ExecuteCommandParams, HoverParams, InitializeParams, SemanticTokensRangeParams } from 'vscode-languageserver';
import * as v from 'valibot';
import { commandArguments } from '../protocol/schemas/commands';
import { type Check, checked, identifier, index, list, object, type Plain, short, text, whole } from '../protocol/schemas/shape';

/** What a standard message must be as far as it is used here; fields that are not stay as they are. Does not compile where the protocol allows more. */
function partOf<T>() {
  return <S extends v.GenericSchema>(schema: S & (Plain<T> extends Plain<v.InferOutput<S>> ? unknown : never)): Check => schema as unknown as Check;
}

/** Files in one notification at most: a whole folder that was copied. */
const MOST_CHANGES = 1_000_000;
/** Process numbers are 32 bits everywhere. */
const MOST_PROCESS = 2 ** 31 - 1;

const token = () => v.union([text(1_000), v.pipe(v.number(), v.finite())], 'a text or a number');
const document = () => object({ uri: identifier() });
const place = () => object({ line: index(), character: index() });
const span = () => object({ start: place(), end: place() });
const tokens = () => ({ workDoneToken: v.exactOptional(token()), partialResultToken: v.exactOptional(token()) });

/** Of `initializationOptions` each setting is checked by itself (`settings.ts`). */
const initialize = partOf<Omit<InitializeParams, 'capabilities'> & { readonly capabilities: object }>()(object({
  processId: v.nullish(whole(0, MOST_PROCESS)),
  capabilities: object({}),
  rootUri: v.nullish(identifier()),
  workspaceFolders: v.nullish(list(object({ uri: identifier(), name: identifier() }), 10_000)),
  workDoneToken: v.exactOptional(token()),
}));

const hover = partOf<HoverParams>()(object({ textDocument: document(), position: place(), ...tokens() }));
const codeAction = partOf<CodeActionParams>()(object({
  textDocument: document(), range: span(), context: object({ diagnostics: list(object({ range: span() }), 100_000) }), ...tokens(),
}));
const semanticTokens = partOf<SemanticTokensRangeParams>()(object({ textDocument: document(), range: span(), ...tokens() }));
const executeCommand = partOf<Omit<ExecuteCommandParams, 'arguments'>>()(object({
  command: text(1_000), arguments: v.nullish(v.array(v.unknown(), 'a list')), workDoneToken: v.exactOptional(token()),
}));

/** What the parameters of each standard request must be. */
export const standardRequests: ReadonlyMap<string, Check> = new Map([
  ['initialize', initialize], ['shutdown', v.unknown()], ['textDocument/hover', hover], ['textDocument/codeAction', codeAction],
  ['textDocument/semanticTokens/range', semanticTokens], ['workspace/executeCommand', executeCommand],
]);

/** And those of each notification. */
export const standardNotifications: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['$/cancelRequest', object({ id: token() })],
  ['$/progress', object({ token: token() })],
  ['$/setTrace', object({ value: text(1_000) })],
  ['window/workDoneProgress/cancel', object({ token: token() })],
  ['workspace/didChangeConfiguration', object({})],
  ['workspace/didChangeWatchedFiles', partOf<DidChangeWatchedFilesParams>()(object({
    changes: list(object({ uri: identifier(), type: whole(1, 3) }), MOST_CHANGES),
  }))],
]);

/** The parameters of a command with its argument as it was checked. */
export function commandParams(params: ExecuteCommandParams): { readonly value: ExecuteCommandParams } | { readonly fault: string } {
  const { command } = params;
  if (!Object.hasOwn(commandArguments, command)) return { fault: `"command" must be one of ${Object.keys(commandArguments).join(', ')}; there is no ${short(command)}` };
  const argument = checked(commandArguments[command as keyof typeof commandArguments], params.arguments?.[0], 'the argument');
  return 'fault' in argument ? { fault: `${command}: ${argument.fault}` } : { value: { ...params, arguments: [argument.value as ExecuteCommandParams] } };
}
