// What seems to be wrong with the held step. Knows no editor.
import type { Finding, HeldRequests } from '../../protocol';
import type { Handlers } from '../../rpc';
import { findingsOf } from '../../trace/findings';
import type { HeldStep } from './step';

export const findingRequests = (held: HeldStep): Pick<Handlers<HeldRequests>, 'findings'> => {
  // A sealed step never changes, nor do its faults.
  let found: Finding[] | undefined;
  return { findings: () => (found ??= findingsOf(held.trace)) };
};
