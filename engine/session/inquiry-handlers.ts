// Answers what a question about a run asks of the thread that the run lives in. Knows no program.
import type { InquiryRequests } from '../protocol';
import type { Handlers } from '../rpc';
import { Scan } from './scan';
import type { Travel } from './travel';

/** Lets all steps run once more with a scan at work, and takes it away. */
export interface Scanning {
  start(scan: Scan): void;
  finish(): Scan | undefined;
}

export const inquiryHandlers = (travel: Travel, scanning: Scanning): Handlers<InquiryRequests> => ({
  changedBefore: ({ parameter, step }) => travel.historyOf().changes.before(parameter, step),
  lossOver: ({ limit }) => {
    const { log } = travel.historyOf();
    const step = log.firstOver(limit);
    return { step, value: log.lossOf(step) };
  },
  lossMarks: ({ branch, start, count }) => travel.historyOf(branch).log.marksOf(start, count),
  scan: (request) => {
    scanning.start(new Scan(request));
  },
  scanned: () => scanning.finish()?.found ?? { step: 0, value: 0 },
});
