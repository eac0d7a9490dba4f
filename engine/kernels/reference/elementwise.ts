// Reference kernels for ops on each element by itself. Knows no shape rule and no gradient.
import type { Kernel } from '../../ops/op';
import { elements } from '../../tensor/tensor';
import { eachRow } from './iterate';

/** y = f(x), rounded to the output's type. */
export function mapOne(f: (x: number) => number): Kernel {
  return ({ inputs: [x], outputs: [y] }) => {
    const from = elements(x);
    const to = elements(y);
    eachRow(y.shape, [x, y], ([at, out], [step, outStep], length) => {
      for (let i = 0; i < length; i++) to[out + i * outStep] = f(from[at + i * step]);
    });
  };
}

/** y = f(a, b) with broadcasting. */
export function mapTwo(f: (a: number, b: number) => number): Kernel {
  return ({ inputs: [a, b], outputs: [y] }) => {
    const left = elements(a);
    const right = elements(b);
    const to = elements(y);
    eachRow(y.shape, [a, b, y], ([atA, atB, out], [stepA, stepB, outStep], length) => {
      for (let i = 0; i < length; i++) {
        to[out + i * outStep] = f(left[atA + i * stepA], right[atB + i * stepB]);
      }
    });
  };
}

/** y = f(a, b, c) with broadcasting. */
export function mapThree(f: (a: number, b: number, c: number) => number): Kernel {
  return ({ inputs: [a, b, c], outputs: [y] }) => {
    const [first, second, third, to] = [elements(a), elements(b), elements(c), elements(y)];
    eachRow(y.shape, [a, b, c, y], (at, step, length) => {
      for (let i = 0; i < length; i++) {
        to[at[3] + i * step[3]] = f(
          first[at[0] + i * step[0]],
          second[at[1] + i * step[1]],
          third[at[2] + i * step[2]],
        );
      }
    });
  };
}
