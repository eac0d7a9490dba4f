// Turning a model's scores into sequences: greedy, sampled and beam search. Knows no model.
import { arange, full, zeros } from '../ops/create';
import { where } from '../ops/binary';
import { cat } from '../ops/join';
import { noGrad, tape } from '../tape/tape';
import { quietly } from '../tape/warnings';
import { ArgumentError, checkOptions, ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';

/**
 * A model as decoding sees it: from prefixes [M, T], int32, to scores [M, V] of the symbol that comes
 * next (softmax makes them probabilities). `rows` [M] tells which of the starts each prefix goes on:
 * `memory.indexSelect(0, rows)` is what an encoder found for them.
 */
export type NextScores = (prefixes: Tensor, rows: Tensor) => Tensor;

export interface DecodeOptions {
  /** How many symbols are added at most. */
  maxLength: number;
  /** The symbol that ends a sequence; what follows it is this symbol, too. Default: none. */
  end?: number;
}

export interface SampleOptions extends DecodeOptions {
  /** Scores are divided by it: below 1 bolder, above 1 more even. Default 1. */
  temperature?: number;
  /** Only so many of the best symbols may be drawn. Default: all. */
  topK?: number;
}

export interface BeamOptions extends DecodeOptions {
  /** How many sequences are followed at once. Default 4. */
  beamWidth?: number;
  /** Scores are divided by length to this power, so that long ones stand a chance. Default 0. */
  lengthPenalty?: number;
}

/**
 * The best next symbol, again and again. Shape: start [N, T], int32, to [N, T + maxLength].
 * Choosing has no gradient, so none is recorded.
 */
export function greedyDecode(next: NextScores, start: Tensor, options: DecodeOptions): Tensor {
  checkOptions('greedyDecode', options, ['maxLength', 'end']);
  return extend('greedyDecode', next, start, options, (scores) => scores.argmax(-1));
}

/** Symbols drawn as often as the model says. Shape: start [N, T], int32, to [N, T + maxLength]. */
export function sampleDecode(next: NextScores, start: Tensor, options: SampleOptions): Tensor {
  checkOptions('sampleDecode', options, ['maxLength', 'end', 'temperature', 'topK']);
  const { temperature = 1, topK } = options;
  if (!(temperature > 0)) {
    throw new ArgumentError(`sampleDecode: temperature must be above 0, but it is ${temperature}`);
  }
  return extend('sampleDecode', next, start, options, (scores) => {
    const scaled = scores.div(temperature);
    const least =
      topK === undefined ? undefined : scaled.topk(topK).values.amin(-1, { keepdim: true });
    const allowed = least === undefined ? scaled : where(scaled.ge(least), scaled, -Infinity);
    return allowed.softmax(-1).multinomial(1).squeeze(-1);
  });
}

/** Adds what `choose` picks, [N, V] → [N], until all have ended. */
function extend(
  name: string,
  next: NextScores,
  start: Tensor,
  { maxLength, end }: DecodeOptions,
  choose: (scores: Tensor) => Tensor,
): Tensor {
  checkStart(name, start, maxLength);
  return noGrad(() => {
    const count = start.size(0);
    const rows = arange(count);
    let sequences = start;
    let ended: Tensor | undefined;
    for (let length = 0; length < maxLength; length++) {
      let chosen = choose(checkScores(name, next(sequences, rows), count));
      if (end !== undefined) {
        if (ended) chosen = where(ended, end, chosen);
        ended = chosen.eq(end);
      }
      sequences = cat([sequences, chosen.unsqueeze(1)], 1);
      // A shape run has no symbols, and so no end: it goes to the last.
      if (end === undefined || tape.mode === 'meta' || ended!.all().item() === 0) continue;
      return filled(sequences, maxLength - length - 1, end);
    }
    return sequences;
  });
}

/** Sequences and their scores, the best first. */
export interface Beams {
  /** [N, beamWidth, T + maxLength]. */
  sequences: Tensor;
  /** [N, beamWidth]: the logarithm of each one's probability, over length^lengthPenalty. */
  scores: Tensor;
}

/**
 * The most probable sequences, as far as following the best `beamWidth` at each length finds them.
 * Shape: start [N, T], int32.
 */
export function beamSearch(next: NextScores, start: Tensor, options: BeamOptions): Beams {
  checkOptions('beamSearch', options, ['maxLength', 'end', 'beamWidth', 'lengthPenalty']);
  const { maxLength, end, beamWidth = 4, lengthPenalty = 0 } = options;
  checkStart('beamSearch', start, maxLength);
  if (!(Number.isInteger(beamWidth) && beamWidth >= 1)) {
    throw new ArgumentError(
      `beamSearch: beamWidth must be a whole number ≥ 1, but it is ${beamWidth}`,
    );
  }
  return noGrad(() => {
    const [count, given] = start.shape;
    const rows = arange(count).repeatInterleave(beamWidth);
    let sequences = start.repeatInterleave(beamWidth, 0);
    // All beams of a start are the same at first: only one of them counts.
    let totals = cat([zeros([count, 1]), full([count, beamWidth - 1], -Infinity)], 1);
    let lengths = zeros([count, beamWidth]);
    let ended = full([count, beamWidth], false);
    for (let length = 0; length < maxLength; length++) {
      const scores = checkScores('beamSearch', next(sequences, rows), count * beamWidth);
      const symbols = scores.size(-1);
      let steps = scores.logSoftmax(-1).to('float32').reshape([count, beamWidth, symbols]);
      // A beam that has ended goes on with its end alone, at no cost.
      if (end !== undefined) {
        const stays = where(onlyAt(symbols, end), 0, full([], -Infinity));
        steps = quietly(() => where(ended.unsqueeze(-1), stays, steps));
      }
      const grown = lengths.add(ended.logicalNot().to('float32'));
      const candidates = totals.unsqueeze(-1).add(steps);
      const ranked = candidates.div(grown.unsqueeze(-1).pow(lengthPenalty));
      const best = ranked.flatten(1).topk(beamWidth, 1).indices;
      const beam = best.floorDivide(symbols);
      const symbol = best.remainder(symbols);
      totals = candidates.flatten(1).gather(1, best);
      lengths = grown.gather(1, beam);
      const from = beam.add(arange(count).mul(beamWidth).unsqueeze(1)).flatten();
      sequences = cat([sequences.indexSelect(0, from), symbol.reshape([-1, 1])], 1);
      if (end === undefined) continue;
      ended = symbol.eq(end);
      if (tape.mode === 'meta' || ended.all().item() === 0) continue;
      sequences = filled(sequences, maxLength - length - 1, end);
      break;
    }
    return {
      sequences: sequences.reshape([count, beamWidth, given + maxLength]),
      scores: totals.div(lengths.pow(lengthPenalty)),
    };
  });
}

/** True at one of `count` places. */
const onlyAt = (count: number, place: number): Tensor => arange(count).eq(place);

/** The sequences with more of the end behind them. */
function filled(sequences: Tensor, missing: number, end: number): Tensor {
  return cat([sequences, full([sequences.size(0), missing], end, { dtype: 'int32' })], 1);
}

function checkStart(name: string, start: Tensor, maxLength: number): void {
  if (start.rank !== 2 || start.dtype !== 'int32') {
    throw new ShapeError(
      `${name}: the start must be [N, T], int32, but it is ${start.dtype} ${formatShape(start.shape)}`,
    );
  }
  if (Number.isInteger(maxLength) && maxLength >= 0) return;
  throw new ArgumentError(`${name}: maxLength must be a whole number ≥ 0, but it is ${maxLength}`);
}

function checkScores(name: string, scores: Tensor, count: number): Tensor {
  if (scores.rank === 2 && scores.size(0) === count) return scores;
  throw new ShapeError(
    `${name}: the model must give scores [${count}, V] for ${count} prefixes, but gave ${formatShape(scores.shape)}`,
  );
}
