import { el, setSaid } from './dom';

/** A labelled drop-down list. `choices`: value and text of each. `set`: shows another choice without telling it. */
export function choice<T extends string>(label: string, choices: Readonly<Record<T, string>>, value: T, chosen: (value: T) => void): { readonly element: HTMLElement; set(value: T): void } {
  const id = `choice-${label.toLowerCase().replace(/\W+/g, '-')}`;
  const list = el('vscode-dropdown', { id, 'aria-label': label }, ...(Object.entries(choices) as [T, string][]).map(([key, text]) => el('vscode-option', { value: key, selected: key === value }, text))) as HTMLElement & { value: string };
  list.addEventListener('change', () => chosen(list.value as T));
  return { element: el('span', { class: 'labelled' }, el('label', { for: id, class: 'quiet' }, label), list), set: (next) => (list.value = next) };
}

/** A text field whose text is told once typing rests. `check`: what is wrong with the text, shown and said. */
export function textField(options: { readonly label: string; readonly placeholder: string; readonly value: string; readonly changed: (text: string) => void; readonly check?: (text: string) => string | undefined; readonly class?: string }): { readonly element: HTMLElement; set(text: string): void; focus(): void } {
  const { label, placeholder, value, changed, check } = options;
  const field = el('vscode-text-field', { 'aria-label': label, placeholder, title: label, value, class: options.class ?? '' }) as HTMLElement & { value: string };
  let told = value, timer: ReturnType<typeof setTimeout> | undefined;
  const tell = (): void => {
    clearTimeout(timer);
    const problem = check?.(field.value);
    field.classList.toggle('wrong', problem !== undefined);
    setSaid(field, 'title', problem ?? label);
    if (problem === undefined) field.removeAttribute('aria-invalid');
    else field.setAttribute('aria-invalid', 'true');
    if (problem !== undefined || field.value === told) return;
    told = field.value;
    changed(told);
  };
  field.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(tell, 250); });
  field.addEventListener('change', tell);
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && field.value !== '') { field.value = ''; event.stopPropagation(); tell(); }
    if (event.key === 'Enter') tell();
  });
  return { element: field, set: (text) => { field.value = told = text; field.classList.remove('wrong'); }, focus: () => field.focus() };
}

/** A button that is on or off. */
export function toggle(label: string, title: string, on: boolean, switched: (on: boolean) => void, ...content: readonly (Node | string)[]): { readonly element: HTMLButtonElement; set(on: boolean): void } {
  const button = el('button', { type: 'button', class: 'toggle', title, 'aria-label': content.length > 0 ? label : undefined, 'aria-pressed': on ? 'true' : 'false' }, ...(content.length > 0 ? content : [label]));
  const set = (next: boolean): void => button.setAttribute('aria-pressed', next ? 'true' : 'false');
  button.addEventListener('click', () => { const next = button.getAttribute('aria-pressed') !== 'true'; set(next); switched(next); });
  return { element: button, set };
}
