// All requests about a held step: one group a line. Knows no port.
import { viewRequests } from '../../views/handlers';
import { askRequests } from './ask';
import { findingRequests } from './findings';
import { flowRequests } from './flow';
import { questionRequests } from './questions';
import { nameRequests } from './names';
import { rowRequests } from './rows';
import { observedRequests } from './observed';
import type { HeldStep } from './step';
import { variableRequests } from './variables';
import { walkRequests } from './walk';
import { checkRequests } from './walks';

/** Each takes the step and gives a group of handlers, which answer at once: user code holds the thread. */
const groups: readonly ((held: HeldStep) => object)[] = [
  walkRequests,
  checkRequests,
  askRequests,
  variableRequests,
  rowRequests,
  flowRequests,
  observedRequests,
  findingRequests,
  questionRequests,
  nameRequests,
  viewRequests,
];

export type Answer = (argument: unknown) => unknown;

export function heldHandlers(held: HeldStep): Readonly<Record<string, Answer>> {
  return Object.assign({}, ...groups.map((group) => group(held))) as Record<string, Answer>;
}

/** Whether there is such a request. Groups only make functions, so none of them looks at a step here. */
export function isKnown(method: string): boolean {
  return groups.some((group) => Object.hasOwn(group(undefined as never), method));
}
