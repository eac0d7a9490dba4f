// How modules find what is in them, carry state and open the module path.
import assert from 'node:assert/strict';
import { nn, randn, tensor, zeros, type Tensor } from '../../../engine/index';
import { tape } from '../../../engine/tape/tape';

class Block extends nn.Module {
  fc = new nn.Linear(2, 2);
  scale = new nn.Parameter(tensor([2], { dtype: 'float32' }));
  seen = new nn.Buffer(zeros([1]));

  forward(x: Tensor): Tensor {
    return this.fc.forward(x).mul(this.scale);
  }
}

class Model extends nn.Module {
  layers = [new Block(), new Block()];
  drop = new nn.Dropout(0.5);
  nothing = null;

  forward(x: Tensor): Tensor {
    return this.layers.reduce((y, layer) => layer.forward(y), this.drop.forward(x));
  }
}

/** Two names for one layer, as when input and output embedding are tied. */
class Tied extends nn.Module {
  a = new nn.Linear(2, 2, { bias: false });
  b = this.a;
  weight = this.a.weight;

  forward(x: Tensor): Tensor {
    return this.b.forward(this.a.forward(x));
  }
}

describe('module', () => {
  it('finds parameters, buffers and children in fields and arrays', () => {
    const model = new Model();
    assert.deepEqual(
      [...model.namedParameters().keys()],
      [0, 1].flatMap((i) => [`layers.${i}.fc.weight`, `layers.${i}.fc.bias`, `layers.${i}.scale`]),
    );
    assert.deepEqual([...model.namedBuffers().keys()], ['layers.0.seen', 'layers.1.seen']);
    assert.deepEqual(
      [...model.namedModules().keys()],
      ['', 'layers.0', 'layers.0.fc', 'layers.1', 'layers.1.fc', 'drop'],
    );
    assert.deepEqual(model.children(), [...model.layers, model.drop]);
    assert.deepEqual(new nn.Sequential(new nn.Sequential(new nn.ReLU())).children().length, 1);
    assert.equal(model.parameters().length, 6);
  });

  it('counts a shared parameter once, and keeps all of its names in the state', () => {
    const tied = new Tied();
    assert.deepEqual([...tied.namedParameters().keys()], ['a.weight']);
    assert.deepEqual([...tied.stateDict().keys()], ['a.weight', 'b.weight', 'weight']);
    tied
      .forward(randn([1, 2]))
      .sum()
      .backward();
    assert.ok(tied.weight.grad);
  });

  it('keeps shared parameters shared when the dtype changes', () => {
    const tied = new Tied().to('float64');
    assert.equal(tied.a.weight.dtype, 'float64');
    assert.equal(tied.weight, tied.a.weight);
    assert.ok(tied.weight.requiresGrad);
    assert.equal(tied.weight.row, undefined);
  });

  it('switches training on and off for all', () => {
    const model = new Model();
    assert.equal(model.eval(), model);
    assert.ok([...model.namedModules().values()].every((module) => !module.training));
    model.train();
    assert.ok([...model.namedModules().values()].every((module) => module.training));
  });

  it('visits children before itself', () => {
    const names: string[] = [];
    new Model().apply((module) => names.push(module.constructor.name));
    assert.deepEqual(names, ['Linear', 'Block', 'Linear', 'Block', 'Dropout', 'Model']);
  });

  it('forgets gradients', () => {
    const model = new Model();
    model
      .forward(randn([3, 2]))
      .sum()
      .backward();
    assert.ok(model.parameters().every((parameter) => parameter.grad !== null));
    model.zeroGrad();
    assert.ok(model.parameters().every((parameter) => parameter.grad === null));
  });

  it('copies its state from another', () => {
    const [from, to] = [new Model().eval(), new Model().eval()];
    to.loadStateDict(from.stateDict());
    const x = randn([3, 2]);
    assert.deepEqual(to.forward(x).toArray(), from.forward(x).toArray());
  });

  it('changes nothing when a state does not fit, and says what does not', () => {
    const model = new nn.Linear(2, 1);
    const before = model.weight.toArray();
    const state = (entries: Record<string, Tensor>): Map<string, Tensor> =>
      new Map(Object.entries(entries));
    const fail = (entries: Record<string, Tensor>, message: string): void => {
      assert.throws(() => model.loadStateDict(state(entries)), { message });
      assert.deepEqual(model.weight.toArray(), before);
    };
    fail({ weight: zeros([1, 2]) }, "loadStateDict: 'bias' is missing");
    fail(
      { weight: zeros([1, 2]), bias: zeros([1]), other: zeros([1]) },
      "loadStateDict: the module has no 'other'",
    );
    fail(
      { weight: zeros([1, 2]), bias: zeros([2]) },
      "loadStateDict: 'bias' is [1], but the given one is [2]",
    );
    const plain = { weight: zeros([1, 2]), bias: zeros([1]) };
    assert.throws(() => model.loadStateDict(plain as never), {
      message:
        /^loadStateDict: expected a Map from paths to tensors, as stateDict\(\) gives, but got /,
    });
  });

  it('prints the tree as PyTorch does', () => {
    const model = new nn.Sequential(
      new nn.Conv2d(1, 6, 5, { padding: 2 }),
      new nn.MaxPool2d(2),
      new nn.Sequential(new nn.Linear(4, 2), new nn.ReLU()),
    );
    assert.equal(
      String(model),
      [
        'Sequential(',
        '  (0): Conv2d(1, 6, kernelSize=[5, 5], stride=[1, 1], padding=[2, 2])',
        '  (1): MaxPool2d(kernelSize=2, stride=2, padding=0)',
        '  (2): Sequential(',
        '    (0): Linear(inFeatures=4, outFeatures=2, bias=true)',
        '    (1): ReLU()',
        '  )',
        ')',
      ].join('\n'),
    );
  });

  describe('the module path', () => {
    /** The modules that the tape says are running, outermost first. */
    const path = (): object[] => {
      const owners: object[] = [];
      for (let at = tape.scope; at; at = at.parent) owners.unshift(at.owner);
      return owners;
    };

    it('is open while a module runs', () => {
      let inside: object[] = [];
      class Probe extends nn.Module {
        forward(x: Tensor): Tensor {
          inside = path();
          return x;
        }
      }
      const probe = new Probe();
      const model = new nn.Sequential(probe);
      model.forward(zeros([1]));
      assert.deepEqual(inside, [model, probe]);
      assert.deepEqual(path(), []);
    });

    it('counts super.forward() as the same call', () => {
      let inside: object[] = [];
      class Base extends nn.Module {
        forward(x: Tensor): Tensor {
          inside = path();
          return x;
        }
      }
      class Derived extends Base {
        override forward(x: Tensor): Tensor {
          return super.forward(x).mul(2);
        }
      }
      const derived = new Derived();
      assert.equal(derived.forward(tensor([1], { dtype: 'float32' })).item(), 2);
      assert.deepEqual(inside, [derived]);
    });

    it('is open while forward hooks see, and replace, what a module gives back', () => {
      const layer = new nn.Linear(2, 1);
      const model = new nn.Sequential(layer, new nn.ReLU());
      const seen: unknown[] = [];
      const take = layer.registerForwardHook((module, [x], y) => {
        seen.push(module, (x as Tensor).shape, (y as Tensor).shape, path().length);
      });
      const replace = layer.registerForwardHook((_, __, y) => (y as Tensor).mul(0).add(3));
      assert.equal(model.forward(zeros([1, 2])).item(), 3);
      assert.deepEqual(seen, [layer, [1, 2], [1, 1], 2]);
      take();
      replace();
      assert.notEqual(model.forward(zeros([1, 2])).item(), 3);
      assert.equal(seen.length, 4);
      assert.deepEqual([...model.stateDict().keys()], ['0.weight', '0.bias']);
    });

    it('closes when a module throws, which is noted', () => {
      class Broken extends nn.Module {
        forward(): Tensor {
          throw new Error('broken');
        }
      }
      const broken = new Broken();
      const model = new nn.Sequential(broken);
      assert.throws(() => model.forward(zeros([1])), /broken/);
      assert.deepEqual(path(), []);
      assert.equal(tape.failure?.scope.owner, broken);
      assert.equal(tape.failure.scope.parent?.owner, model);
    });
  });
});
