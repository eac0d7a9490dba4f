// What can be typed in the Debug Console where the model stands: names in sight, and what lies below one. Knows no message.
import type { Target } from './target';

interface Completion {
  readonly label: string;
  readonly type: 'variable' | 'property' | 'method';
  readonly length: number;
}

/** What one asks of a tensor most often; everything else can be called, too. */
const ofTensors = [
  'grad',
  'shape',
  'dtype',
  'item()',
  'norm()',
  'mean()',
  'sum()',
  'abs()',
  'max()',
];

const word = /^[A-Za-z_$][\w$]*$/;

/** Names that begin as the text does before `column`, seen from a frame; nothing is called for them. */
export async function namesAt(
  ask: Target['ask'],
  text: string,
  column: number,
  frame: number,
): Promise<Completion[]> {
  const match = /((?:[\w$]+(?:\[\d+\])*\.)*)([\w$]*)$/.exec(text.slice(0, column));
  const [, path = '', begun = ''] = match ?? [];
  if (begun.startsWith('$')) return [];
  const labels =
    path === '' ? await locals(ask, frame) : await below(ask, path.slice(0, -1), frame);
  return labels
    .filter((label) => label.startsWith(begun))
    .map((label) => ({
      label,
      type: path === '' ? 'variable' : label.endsWith(')') ? 'method' : 'property',
      length: begun.length,
    }));
}

async function locals(ask: Target['ask'], frame: number): Promise<string[]> {
  const scopes = await ask.scopes({ frame });
  const scope = scopes.find(({ name }) => name === 'Locals');
  const found = scope ? await ask.variables({ reference: scope.reference }) : [];
  return ['this', ...found.map(({ name }) => name)];
}

async function below(ask: Target['ask'], expression: string, frame: number): Promise<string[]> {
  // Half of an expression is often none.
  const found = await ask.evaluate({ expression, frame }).catch(() => undefined);
  if (found === undefined) return [];
  const { reference, type } = found;
  if (type === 'Tensor') return ofTensors;
  if (reference === 0) return [];
  const children = await ask.variables({ reference, filter: 'named' });
  return children.map(({ name }) => name).filter((name) => word.test(name));
}
