// New Model…: writes a small model file that trains as it is.
import { Uri, window, workspace } from 'vscode';
import type { PackageWatch } from './package-watch';

export async function newModel(packages: PackageWatch): Promise<void> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  if (folder === undefined) {
    await window.showTextDocument(
      await workspace.openTextDocument({ language: 'typescript', content: starter }),
    );
    return;
  }
  const name = await window.showInputBox({
    title: 'New Model',
    prompt: 'Name of the model file',
    value: 'model.ts',
    valueSelection: [0, 5],
    validateInput: async (value) => {
      if (!/^[\w-]+(\.ts)?$/.test(value)) return 'Letters, digits, - and _ only, such as model.ts';
      return (await exists(fileOf(folder, value))) ? `${value} already exists here` : undefined;
    },
  });
  if (name === undefined) return;
  const file = fileOf(folder, name);
  await workspace.fs.writeFile(file, Buffer.from(starter));
  if (workspace.isTrusted) await packages.ensureFor(file);
  await window.showTextDocument(file);
}

function fileOf(folder: Uri, name: string): Uri {
  return Uri.joinPath(folder, name.endsWith('.ts') ? name : `${name}.ts`);
}

async function exists(file: Uri): Promise<boolean> {
  return workspace.fs.stat(file).then(
    () => true,
    () => false,
  );
}

/** A multilayer perceptron that learns to tell the inside of a circle from its outside. */
export const starter = `// A small network that learns which points lie inside a circle.
import { nn, optim, F, hyper, log, rand, type Tensor } from 'retrograd';

const hp = hyper({ hidden: 16, lr: 0.02, batch: 128, steps: 1000 });

class Classifier extends nn.Module {
  fc1 = new nn.Linear(2, hp.hidden);
  fc2 = new nn.Linear(hp.hidden, hp.hidden);
  out = new nn.Linear(hp.hidden, 1);

  forward(points: Tensor): Tensor {
    let x = this.fc1.forward(points).tanh(); // [batch, hidden]
    x = this.fc2.forward(x).tanh(); // [batch, hidden]
    return this.out.forward(x).sigmoid(); // [batch, 1], the chance to be inside
  }
}

export function train() {
  const model = new Classifier();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  for (let step = 0; step < hp.steps; step++) {
    const points = rand([hp.batch, 2]).mul(2).sub(1); // [batch, 2], in the square from -1 to 1
    const inside = points.mul(points).sum(1, { keepdim: true }).lt(0.5).to('float32'); // [batch, 1]
    const guess = model.forward(points);
    const loss = F.mseLoss(guess, inside);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }
}
`;
