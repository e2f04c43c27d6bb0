import { drawText } from '../ui/dom';
import type { Export } from '../../server/protocol/webview/messages';
import { boundsOf } from './camera';
import { toDot, toJson, toSvg } from './exports';
import { paint, type Style } from './painter';
import { placeLabels } from './labels';
import type { Scene } from './scene';
import type { ExportKind } from './toolbar';

/** Pixels of a picture at most, each way: browsers draw no larger ones. */
const LARGEST = 8000;

/** What is shown, as a file. */
export async function exportFile(kind: ExportKind, scene: Scene, style: Style, labelOf: (state: number) => string | undefined, title: string, caption: string): Promise<Export> {
  const name = `automaton.${kind}`;
  if (kind === 'svg') return { name, content: toSvg(scene, style, labelOf, title, caption) };
  if (kind === 'dot') return { name, content: toDot(scene, labelOf, `${title}. ${caption}`) };
  if (kind === 'json') return { name, content: toJson(scene, labelOf, title, caption) };
  return { name, content: await toPng(scene, style, labelOf) };
}

async function toPng(scene: Scene, style: Style, labelOf: (state: number) => string | undefined): Promise<Uint8Array> {
  const { left, top, right, bottom } = boundsOf(scene.layout.nodes, undefined, 80), zoom = Math.min(2, LARGEST / (right - left), LARGEST / (bottom - top)), size = { width: Math.ceil((right - left) * zoom), height: Math.ceil((bottom - top) * zoom) };
  const canvas = document.createElement('canvas'), camera = { x: (left + right) / 2, y: (top + bottom) / 2, zoom };
  canvas.width = size.width;
  canvas.height = size.height;
  const context = canvas.getContext('2d')!, steps = paint(context, scene, camera, size, style);
  while (!steps.next().done);
  context.font = `12px ${style.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  context.fillStyle = style.text;
  for (const { text, x, y } of placeLabels(scene, camera, size, [], labelOf, (label) => context.measureText(label).width)) drawText(context, text, x, y);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The picture is too large to be drawn: show fewer states, or export SVG.');
  return new Uint8Array(await blob.arrayBuffer());
}
