import { visible } from '../../server/protocol/inert/texts';

type Child = Node | string | undefined | false;
type Attributes = Readonly<Record<string, string | number | boolean | undefined | ((event: never) => void)>>;

/** Attributes that are shown or read out. */
const SAID: ReadonlySet<string> = new Set(['title', 'aria-label', 'aria-description', 'aria-valuetext', 'aria-roledescription', 'placeholder', 'alt', 'label']);

/**
 * An element: `el('button', { class: 'x', onclick: ... }, 'Fit')`. Attributes that are false or undefined are left out, true is an empty attribute; a name
 * with `on` and a function is a listener. Text is always text: nothing of a log can become markup, and what is not seen is written out (`visible`).
 */
export function el<K extends keyof HTMLElementTagNameMap>(name: K | (string & {}), attributes: Attributes = {}, ...children: readonly Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(key.slice(2), value as (event: Event) => void);
    else if (value !== undefined && value !== false) element.setAttribute(key, value === true ? '' : SAID.has(key) ? visible(String(value)) : String(value));
  }
  // The toolkit's fields and boxes put a label of their own over ours when they come into the document.
  const label = attributes['aria-label'];
  if (name.startsWith('vscode-') && typeof label === 'string') queueMicrotask(() => element.setAttribute('aria-label', visible(label)));
  element.append(...children.filter((child): child is Node | string => child !== undefined && child !== false).map((child) => (typeof child === 'string' ? visible(child) : child)));
  return element as HTMLElementTagNameMap[K];
}

/** The one way to change the text of an element: what is not seen is written out. */
export function setText(element: Element, text: string): void {
  element.textContent = visible(text);
}

/** The one way to change the title or the label of an element. */
export function setSaid(element: Element, attribute: 'title' | 'aria-label' | 'aria-valuetext' | 'placeholder', text: string): void {
  element.setAttribute(attribute, visible(text));
}

/** The one way to write on a canvas. */
export function drawText(context: CanvasRenderingContext2D, text: string, x: number, y: number): void {
  context.fillText(visible(text), x, y);
}

/** What is drawn around a text that `drawText` draws. */
export function drawTextOutline(context: CanvasRenderingContext2D, text: string, x: number, y: number): void {
  context.strokeText(visible(text), x, y);
}
