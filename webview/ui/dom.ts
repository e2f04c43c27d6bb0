type Child = Node | string | undefined | false;
type Attributes = Readonly<Record<string, string | number | boolean | undefined | ((event: never) => void)>>;

/**
 * An element: `el('button', { class: 'x', onclick: ... }, 'Fit')`. Attributes that are false or undefined are left out, true is an empty attribute; a name
 * with `on` and a function is a listener. Text is always text: nothing of a log can become markup.
 */
export function el<K extends keyof HTMLElementTagNameMap>(name: K | (string & {}), attributes: Attributes = {}, ...children: readonly Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(key.slice(2), value as (event: Event) => void);
    else if (value !== undefined && value !== false) element.setAttribute(key, value === true ? '' : String(value));
  }
  // The toolkit's fields and boxes put a label of their own over ours when they come into the document.
  const label = attributes['aria-label'];
  if (name.startsWith('vscode-') && typeof label === 'string') queueMicrotask(() => element.setAttribute('aria-label', label));
  element.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return element as HTMLElementTagNameMap[K];
}
