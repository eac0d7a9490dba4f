// Answers what views ask of a held step: one table, from requests to pure functions. Knows no port.
import type { StepViewRequests } from '../protocol';
import { attentionList, attentionPicture } from './attention';
import { explain } from './explain';
import type { StepView } from './held';
import { layerGraph, layerStates } from './layers';
import { lossMatrix } from './loss-matrix';
import { sliceOf } from './slice';
import { streamsOf } from './streams';
import { seriesList, throughTime } from './through-time';
import { timelineOf } from './timeline';
import { parameterUpdates } from './updates';
import { windowLayers, windowPicture } from './windows';

/** `view` gives the step that is held, or throws when there is none. */
export function stepViewHandlers(view: () => StepView): StepViewRequests {
  return {
    timeline: () => timelineOf(view()),
    layers: ({ unrolled }) => layerGraph(view(), unrolled),
    layerStates: (query) => layerStates(view(), query),
    tensorSlice: (query) => sliceOf(view(), query),
    explainCell: (query) => explain(view(), query),
    windowLayers: () => windowLayers(view()),
    windowPicture: (query) => windowPicture(view(), query),
    series: () => seriesList(view()),
    throughTime: (query) => throughTime(view(), query),
    lossMatrix: (query) => lossMatrix(view(), query),
    attentions: () => attentionList(view()),
    attentionPicture: (query) => attentionPicture(view(), query),
    streams: () => streamsOf(view()),
    parameterUpdates: () => parameterUpdates(view()),
  };
}
