import * as v from 'valibot';
import type { Export, KeptLayout, PageCommand, PageName, Target, ToHost } from '../webview/messages';
import { place } from './places';
import { rowSelection } from './selection';
import { flag, identifier, index, list, logUriText, object, oneOf, shapeOf, text, whole } from './shape';

/** Numbers of an array that a page keeps, and characters or bytes of what it exports or copies. */
const MOST_NUMBERS = 1 << 24, MOST_CONTENT = 1 << 29;

/** One of several messages that `kind` tells apart. */
const part = <const E extends v.ObjectEntries>(entries: E) => v.object(entries, `an object of ${Object.keys(entries).join(', ')}`);

const pageName = () => shapeOf<PageName>()(oneOf(['automaton', 'rootCauses', 'timeline', 'training']));
const command = () => shapeOf<PageCommand>()(oneOf(['anomaline.investigate', 'anomaline.learn', 'anomaline.score', 'anomaline.cancel', 'anomaline.showLog', 'anomaline.chooseBaseline']));

const target = () => shapeOf<Target>()(v.variant('kind', [
  part({ kind: v.literal('state'), state: index(), others: v.exactOptional(list(index(), 100_000)) }),
  part({ kind: v.literal('group'), group: identifier() }),
  part({ kind: v.literal('line'), line: object({ uri: logUriText(), line: index() }) }),
], 'a target'));

const floats = () => v.pipe(v.instance(Float32Array, 'a Float32Array'), v.check((array) => array.length <= MOST_NUMBERS, `an array of at most ${MOST_NUMBERS} numbers`));
const starts = () => v.pipe(v.instance(Uint32Array, 'a Uint32Array'), v.check((array) => array.length <= MOST_NUMBERS, `an array of at most ${MOST_NUMBERS} numbers`));
const layout = () => shapeOf<KeptLayout>()(object({ nodes: floats(), edges: floats(), edgeStart: starts() }));

/** A name that is joined to a folder: it must not lead out of it. */
const fileName = () => v.pipe(text(200, 'the name of a file'), v.regex(/^(?!\.)[^\\/:*?"<>|\p{Cc}]+$/u, 'the name of a file without folder'));
const content = () => v.union([text(MOST_CONTENT), v.instance(Uint8Array)], 'a text or bytes');
const file = () => shapeOf<Export>()(object({ name: fileName(), content: content() }));

/** What a page may say to the extension. */
export const pageMessage = shapeOf<ToHost>()(v.variant('kind', [
  part({ kind: v.literal('ready') }),
  part({ kind: v.literal('ask'), id: whole(), method: text(200), params: v.unknown() }),
  part({ kind: v.literal('cancel'), id: whole() }),
  part({ kind: v.literal('jump'), place: place(), keepFocus: flag(), pin: v.exactOptional(flag()) }),
  part({ kind: v.literal('export'), file: file() }),
  part({ kind: v.literal('copy'), text: text(MOST_CONTENT) }),
  part({ kind: v.literal('open'), page: pageName(), target: target() }),
  part({ kind: v.literal('brush'), selection: v.nullable(rowSelection()) }),
  part({ kind: v.literal('follow'), on: flag() }),
  part({ kind: v.literal('keep'), key: identifier(), layout: layout() }),
  part({ kind: v.literal('command'), command: command() }),
  part({ kind: v.literal('fault'), text: text(1_000_000) }),
], 'a message of a page'));
