// Makes elements; text never becomes markup. Knows no view.

type Child = Node | string;

/** `element('p', { class: 'hint' }, 'text')`; every property is set as an attribute. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Writing the same text again would restart a screen reader and cost a layout. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

export function setAttribute(target: Element, name: string, value: string): void {
  if (target.getAttribute(name) !== value) target.setAttribute(name, value);
}

/** The value of a theme colour; the first of the names that the theme defines. */
export function themeColor(...names: string[]): string {
  const style = getComputedStyle(document.documentElement);
  for (const name of names) {
    const value = style.getPropertyValue(`--vscode-${name}`).trim();
    if (value !== '') return value;
  }
  return style.color;
}

/** What text on a canvas is set in. */
export function canvasFont(): string {
  const family = getComputedStyle(document.documentElement).getPropertyValue(
    '--vscode-font-family',
  );
  return `11px ${family || 'sans-serif'}`;
}

export function isDark(): boolean {
  const { classList } = document.body;
  return classList.contains('vscode-dark') || isDarkHighContrast(classList);
}

function isDarkHighContrast(classes: DOMTokenList): boolean {
  return (
    classes.contains('vscode-high-contrast') && !classes.contains('vscode-high-contrast-light')
  );
}
