// A diagnosis as plain data, for the command line and for ports. Knows no port.
import type { Finding } from '../protocol';
import { diagnose } from './diagnose';
import type { Trace } from './trace';

export function findingsOf(trace: Trace): Finding[] {
  return diagnose(trace).map(({ severity, cause, text, range, subjects }) => ({
    severity,
    cause,
    text,
    ...(range && { place: range }),
    subjects: [...subjects],
  }));
}
