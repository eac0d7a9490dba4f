// What pages may ask the engine directly: questions about the held step and the model, nothing that acts. Knows no editor.
import type { ProbeRequests, StepViewRequests } from '../../engine/protocol';

/** What goes on to the engine as it is. */
const passedOn: Record<keyof (StepViewRequests & ProbeRequests), true> = {
  probeInfo: true,
  probe: true,
  timeline: true,
  layers: true,
  layerStates: true,
  tensorSlice: true,
  explainCell: true,
  windowLayers: true,
  windowPicture: true,
  windowTrial: true,
  series: true,
  throughTime: true,
  lossMatrix: true,
  truncation: true,
  attentions: true,
  attentionPicture: true,
  streams: true,
  parameterUpdates: true,
};

export type PassedOn = keyof typeof passedOn;

export const passesOn = (method: string): boolean => Object.hasOwn(passedOn, method);
