// Everything under `nn.utils`. Knows nothing itself.
export { clipGradNorm, clipGradValue } from './clip';
export { beamSearch, greedyDecode, sampleDecode, type Beams, type NextScores } from './decode';
export * as rnn from './packed';
