// What stands for a value that could not be computed: any use of it gives another. Knows no tensor.

const poisons = new WeakSet<object>();

/** Whether one was used since this was last reset: what fails then fails for no reason of its own. */
export const poison = { touched: false };

/** At most so many when one is taken apart or walked along. */
const mostItems = 8;

function target(): void {
  // Callable and constructible, as whatever the value would have been.
}

const handler: ProxyHandler<typeof target> = {
  get(_, key) {
    poison.touched = true;
    switch (key) {
      case 'then':
        return undefined;
      case Symbol.toPrimitive:
        return () => NaN;
      case Symbol.iterator:
        return function* () {
          for (let i = 0; i < mostItems; i++) yield makePoison();
        };
      case Symbol.asyncIterator:
      case Symbol.toStringTag:
        return undefined;
      default:
        return makePoison();
    }
  },
  set: () => (poison.touched = true),
  has: () => (poison.touched = true),
  apply: () => used(),
  construct: () => used(),
  getPrototypeOf: () => {
    poison.touched = true;
    return null;
  },
};

function used(): object {
  poison.touched = true;
  return makePoison();
}

/** An unknown value. */
export function makePoison(): object {
  const made = new Proxy(target, handler);
  poisons.add(made);
  return made;
}

export function isPoison(value: unknown): boolean {
  return typeof value === 'function' && poisons.has(value);
}
