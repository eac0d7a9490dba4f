// Answers what views ask of a held step: one table, from requests to pure functions. Knows no port.
import type { StepViewRequests } from '../protocol';
import { attentionList, attentionPicture } from './attention';
import { explain } from './explain';
import { StepView } from './held';
import { layerGraph, layerStates } from './layers';
import { lossMatrix } from './loss-matrix';
import { sliceOf } from './slice';
import { streamsOf } from './streams';
import { seriesList, throughTime } from './through-time';
import { timelineOf } from './timeline';
import { truncation } from './truncation';
import { parameterUpdates } from './updates';
import { windowTrial } from './window-trial';
import { windowLayers, windowPicture } from './windows';

/** A sealed step and its moments. */
type HeldMoments = Pick<StepView, 'trace' | 'moments'>;

/** The step is looked at no earlier than something is asked. */
export function viewRequests(held: HeldMoments): StepViewRequests {
  let known: StepView | undefined;
  const view = (): StepView => (known ??= new StepView(held.trace, held.moments));
  return {
    timeline: () => timelineOf(view()),
    layers: ({ unrolled }) => layerGraph(view(), unrolled),
    layerStates: (query) => layerStates(view(), query),
    tensorSlice: (query) => sliceOf(view(), query),
    explainCell: (query) => explain(view(), query),
    windowLayers: () => windowLayers(view()),
    windowPicture: (query) => windowPicture(view(), query),
    windowTrial: (query) => windowTrial(view(), query),
    series: () => seriesList(view()),
    throughTime: (query) => throughTime(view(), query),
    lossMatrix: (query) => lossMatrix(view(), query),
    truncation: (query) => truncation(view(), query),
    attentions: () => attentionList(view()),
    attentionPicture: (query) => attentionPicture(view(), query),
    streams: () => streamsOf(view()),
    parameterUpdates: () => parameterUpdates(view()),
  };
}
