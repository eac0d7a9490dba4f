// P1 · Tensors and broadcasting: a column times a row is a table. Target: error <= 0.05
//
// Look for: hover the expressions. [10, 1] times [1, 10] is [10, 10]: dimensions of size 1 are repeated,
// missing ones are added on the left, and backward sums up the gradient of what was repeated. Where
// both sides grow a warning asks whether that is meant; delete the comment that answers it, and see.
import { arange, F, hyper, log, nn, optim, rand, Tensor } from 'retrograd';

const hp = hyper({ size: 10, lr: 0.1, steps: 300 });

class Table extends nn.Module {
  column = new nn.Parameter(rand([hp.size, 1])); // [size, 1]
  row = new nn.Parameter(rand([hp.size])); // [size]

  forward(): Tensor {
    const row = this.row.unsqueeze(0); // [1, size]
    // retrograd-ignore broadcast
    return this.column.mul(row); // [size, 1] · [1, size] → [size, size]
  }
}

export function train() {
  const numbers = arange(1, hp.size + 1).to('float32'); // [size]: 1, 2, 3, …
  // retrograd-ignore broadcast
  const table = numbers.unsqueeze(1).mul(numbers.unsqueeze(0)); // [size, size]
  const sevens = table.select(0, 6); // [size]: a row; no number is copied
  const corner = table.slice(0, 0, 3).slice(1, 0, 3); // Python's table[:3, :3], [3, 3]
  const flat = table.reshape([hp.size * hp.size]); // the same numbers in one row
  const mixed = table.transpose(0, 1).add(numbers); // [size, size] + [size] → [size, size]
  console.log('sevens =', JSON.stringify(sevens.toArray()));
  console.log('corner =', JSON.stringify(corner.toArray()));
  console.log('shapes =', JSON.stringify([table, sevens, corner, flat, mixed].map((x) => x.shape)));

  const model = new Table();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  for (let step = 0; step < hp.steps; step++) {
    const guess = model.forward();
    const loss = F.mseLoss(guess, table);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss, error: guess.sub(table).abs().amax() });
  }
  console.log(
    'shapes of gradients =',
    JSON.stringify(model.parameters().map((x) => x.grad!.shape)),
  );
}
