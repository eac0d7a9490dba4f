// What has happened where one stands in a step. Knows no cursor.
import { kindOf } from './events';
import type { Moment } from './moments';
import type { Trace } from './trace';

/**
 * Events before this one have been seen at a moment. Where backward comes to a row, the gradient of what
 * the row has made is complete; it is told of right behind.
 */
export function seenAt({ events }: Trace, { event, mirrors, grain }: Moment): number {
  if (mirrors < 0 || grain === 'row') return event;
  let at = event + 1;
  while (at < events.count && events.kind[at] === kindOf.gradient) at++;
  return at;
}
