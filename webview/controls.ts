// The controls of all views; the only file that knows the toolkit. Registers only what is used.
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
} from '@vscode/webview-ui-toolkit';
import { element } from './dom';

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox());

const icons = {
  play: 'M4 2.5v11l9-5.5z',
  pause: 'M4 3h3v10H4zM9 3h3v10H9z',
  stop: 'M3.5 3.5h9v9h-9z',
  back: 'M11.5 2.5v11L3 8zM2 3h1.2v10H2z',
  forward: 'M4.5 2.5v11L13 8zM12.8 3H14v10h-1.2z',
  record: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3z',
  reverse: 'M12 2.5v11L3 8z',
  restart:
    'M8 2.5a5.5 5.5 0 1 0 5.4 6.5h-1.6A4 4 0 1 1 8 4c1 0 2 .4 2.7 1.1L8.8 7H14V1.8l-2.2 2.2A5.5 5.5 0 0 0 8 2.5z',
  copy: 'M5 2h8v9h-1.3V3.3H5zM3 4.5h7.5V14H3zM4.3 5.8v6.9h4.9V5.8z',
} as const;

export type IconName = keyof typeof icons;

/** A button with an icon. */
export function button(
  label: string,
  icon: IconName,
  press: () => void,
  { primary = false }: { primary?: boolean } = {},
): HTMLElement {
  const made = document.createElement('vscode-button');
  made.setAttribute('appearance', primary ? 'primary' : 'secondary');
  made.setAttribute('aria-label', label);
  made.append(picture(icon), label);
  made.addEventListener('click', press);
  return made;
}

/** A button that is an icon alone; its name shows when the mouse rests on it. */
export function iconButton(label: string, icon: IconName, press: () => void): HTMLElement {
  const made = document.createElement('vscode-button');
  made.setAttribute('appearance', 'icon');
  made.setAttribute('aria-label', label);
  made.title = label;
  const image = picture(icon);
  image.removeAttribute('slot');
  made.append(image);
  made.addEventListener('click', press);
  return made;
}

/** A list to choose from; options may change later. */
export interface Choice {
  readonly root: HTMLElement;
  /** Fills the list; keeps the choice while it is still there, and says which one is chosen. */
  fill(options: readonly { value: string; label: string }[], chosen?: string): string;
}

export function choice(label: string, change: (value: string) => void): Choice {
  const select = element('select', { 'aria-label': label });
  select.addEventListener('change', () => {
    change(select.value);
  });
  let key = '';
  return {
    root: element('label', { class: 'choice' }, label, select),
    fill: (options, chosen) => {
      const now = JSON.stringify(options);
      if (now !== key) {
        key = now;
        select.replaceChildren(
          ...options.map(({ value, label: text }) => element('option', { value }, text)),
        );
      }
      if (chosen !== undefined && options.some(({ value }) => value === chosen))
        select.value = chosen;
      return select.value;
    },
  };
}

/** A whole or broken number between bounds, as a slider with its value beside it; away while there is no choice. */
export function numberSlider(
  label: string,
  bounds: { value: number; min: number; max: number; step: number },
  change: (value: number) => void,
): { root: HTMLElement; set(value: number, max?: number): void } {
  const input = element('input', {
    type: 'range',
    min: String(bounds.min),
    max: String(bounds.max),
    step: String(bounds.step),
    value: String(bounds.value),
    'aria-label': label,
  });
  const shown = element('output', {}, String(bounds.value));
  input.addEventListener('input', () => {
    shown.textContent = input.value;
    change(input.valueAsNumber);
  });
  const root = element('label', { class: 'slider' }, label, input, shown);
  root.hidden = bounds.min === bounds.max;
  return {
    root,
    set: (value, max) => {
      if (max !== undefined) {
        input.max = String(max);
        root.hidden = max <= bounds.min;
      }
      input.value = String(value);
      shown.textContent = input.value;
    },
  };
}

export function checkbox(
  label: string,
  checked: boolean,
  change: (checked: boolean) => void,
): HTMLElement {
  const made = document.createElement('vscode-checkbox') as HTMLElement & { checked: boolean };
  made.textContent = label;
  made.checked = checked;
  made.addEventListener('change', () => {
    change(made.checked);
  });
  return made;
}

/** A plain range input: the toolkit has none. */
export function slider(
  label: string,
  { value, max, step }: { value: number; max: number; step: number },
  change: (value: number) => void,
): HTMLElement {
  const input = element('input', {
    type: 'range',
    min: '0',
    max: String(max),
    step: String(step),
    value: String(value),
  });
  input.addEventListener('input', () => {
    change(input.valueAsNumber);
  });
  return element('label', { class: 'slider' }, label, input);
}

function picture(name: IconName): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('slot', 'start');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', icons[name]);
  svg.append(path);
  return svg;
}
