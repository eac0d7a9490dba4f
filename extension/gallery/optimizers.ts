// P6 · Optimizers: four ways down the same ravine. Target: adam <= 0.01
//
// Look for: the ravine is steep across and flat along. SGD jumps from side to side; momentum gathers
// speed along it; RMSprop and Adam divide by the size of the gradient, so both directions count the
// same. Adam's first step is lr · sign(g), however large the gradient: here exactly 0.1 each way.
import { hyper, log, nn, optim, Tensor, tensor } from 'retrograd';

const hp = hyper({ lr: 0.1, steps: 120, steepness: 18 });

class Place extends nn.Module {
  at = new nn.Parameter(tensor([-4, 1], { dtype: 'float32' })); // [along, across]

  /** The height of the ravine where we stand: (a² + steepness · b²) / 2. */
  forward(): Tensor {
    const curvature = tensor([1, hp.steepness], { dtype: 'float32' });
    return this.at.pow(2).mul(curvature).sum().div(2);
  }
}

type Rule = (parameters: nn.Parameter[]) => optim.SGD | optim.RMSprop | optim.Adam;
const rules: Record<string, Rule> = {
  sgd: (parameters) => new optim.SGD(parameters, { lr: hp.lr }),
  momentum: (parameters) => new optim.SGD(parameters, { lr: hp.lr / 3, momentum: 0.8 }),
  rmsprop: (parameters) => new optim.RMSprop(parameters, { lr: hp.lr }),
  adam: (parameters) => new optim.Adam(parameters, { lr: hp.lr }),
};

export function train() {
  const racers = Object.entries(rules).map(([name, rule]) => {
    const place = new Place();
    return { name, place, optimizer: rule(place.parameters()) };
  });

  for (let step = 0; step < hp.steps; step++) {
    const heights = racers.map(({ place }) => place.forward());
    const loss = heights.reduce((sum, height) => sum.add(height)); // each place gets its own slope
    for (const { optimizer } of racers) optimizer.zeroGrad();
    loss.backward();
    const before = racers.map(({ place }) => place.at.clone());
    for (const { optimizer } of racers) optimizer.step();
    log(Object.fromEntries(racers.map(({ name }, i) => [name, heights[i]!])));
    if (step === 0) {
      for (const [i, { name, place }] of racers.entries()) {
        const moved = [...place.at.sub(before[i]!).toTypedArray()];
        console.log(`first step of ${name} =`, ...moved.map((part) => part.toFixed(4)));
      }
    }
  }
}
