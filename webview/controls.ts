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
  restart:
    'M8 2.5a5.5 5.5 0 1 0 5.4 6.5h-1.6A4 4 0 1 1 8 4c1 0 2 .4 2.7 1.1L8.8 7H14V1.8l-2.2 2.2A5.5 5.5 0 0 0 8 2.5z',
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
