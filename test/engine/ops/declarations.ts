// Reads the declarations of all ops, as the compiler understands them. Runs no op.
import ts from 'typescript';

export interface Declared {
  /** `x dim0 dim1`: names of the arguments that must be given, in order. */
  readonly parameters: string;
  readonly options: string;
  /** The last parenthesis of the docstring, which names PyTorch's page. */
  readonly torch: string;
}

/** What engine/ops/table.ts declares, by op. */
export function readDeclarations(): Map<string, Declared> {
  const { config } = ts.readConfigFile('engine/tsconfig.json', (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, 'engine');
  const roots = ['engine/ops/table.ts', 'engine/webassembly.d.ts'];
  // Ops are declared without Node's types, which are most of the text.
  const program = ts.createProgram(roots, { ...options, types: [] });
  const checker = program.getTypeChecker();
  const table = checker.getSymbolAtLocation(program.getSourceFile('engine/ops/table.ts')!)!;
  const ops = checker.getExportsOfModule(table).find(({ name }) => name === 'ops')!;
  return new Map(
    checker
      .getTypeOfSymbol(ops)
      .getProperties()
      .map((symbol) => [symbol.name, declared(checker, symbol)]),
  );
}

function declared(checker: ts.TypeChecker, symbol: ts.Symbol): Declared {
  const type = checker.getTypeOfSymbol(symbol);
  // Of several forms, the published one takes the fewest arguments and the rest as options.
  const [parameters] = type
    .getCallSignatures()
    .flatMap((signature) => formsOf(checker, signature))
    .filter(({ isOther }) => !isOther)
    .sort((a, b) => Number(b.hasOptions) - Number(a.hasOptions) || a.length - b.length);
  const last = parameters.at(-1);
  const { hasOptions } = parameters;
  const positional = hasOptions ? parameters.slice(0, -1) : parameters;
  const optional = positional.find((parameter) => parameter.optional);
  if (optional) {
    throw new Error(`${symbol.name}: ${optional.name} may be missing and so must be an option`);
  }
  const docs = [symbol, originOf(checker, symbol), type.symbol].map((of) =>
    ts.displayPartsToString(of?.getDocumentationComment(checker)),
  );
  return {
    parameters: positional.map(({ name }) => name).join(' '),
    options: hasOptions
      ? last!.type
          .getProperties()
          .map(({ name }) => name)
          .join(' ')
      : '',
    torch: [...docs.join(' ').matchAll(/\((torch\.[\w.]+)[^)]*\)/g)].at(-1)?.[1] ?? '',
  };
}

/** The constant behind `{ cat }`, `{ cat, ...others } = join` and `export { cat } from './join'`. */
function originOf(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  if ((symbol.flags & ts.SymbolFlags.Alias) !== 0) {
    return originOf(checker, checker.getAliasedSymbol(symbol));
  }
  const declaration = symbol.valueDeclaration;
  if (declaration !== undefined && ts.isShorthandPropertyAssignment(declaration)) {
    const value = checker.getShorthandAssignmentValueSymbol(declaration);
    if (value !== undefined) return originOf(checker, value);
  }
  if (declaration !== undefined && ts.isBindingElement(declaration)) {
    const from = checker.getTypeAtLocation(declaration.parent).getProperty(symbol.name);
    if (from !== undefined && from !== symbol) return originOf(checker, from);
  }
  return symbol;
}

interface Parameter {
  readonly name: string;
  readonly optional: boolean;
  readonly rest: boolean;
  readonly type: ts.Type;
}

/** `isOther`: sizes one by one, or what is required by name, where a list or a place is published. */
type Form = Parameter[] & { hasOptions: boolean; isOther: boolean };

/** The ways to call it: several when its arguments are a choice between labelled tuples. */
function formsOf(checker: ts.TypeChecker, signature: ts.Signature): Form[] {
  const given = signature.getParameters();
  const type = given.length === 1 ? checker.getTypeOfSymbol(given[0]) : undefined;
  const choices = type?.isUnion() === true ? type.types : [];
  // Sizes one by one are a plain array.
  const tuples = choices.filter((choice) => !checker.isArrayType(choice));
  const forms = tuples.every((tuple) => checker.isTupleType(tuple)) ? tuples : [];
  const lists =
    forms.length > 0
      ? forms.map((form) => parametersOf(checker, given[0], form))
      : [given.flatMap((parameter) => parametersOf(checker, parameter))];
  return lists.map((list) =>
    Object.assign(list, {
      hasOptions: list.length > 1 && isOptions(checker, list.at(-1)!.type),
      isOther: forms.length > 0 && list.some(({ type, rest }) => rest || needsName(checker, type)),
    }),
  );
}

/** Whether these are options of which one must be given. */
const needsName = (checker: ts.TypeChecker, type: ts.Type): boolean =>
  isOptions(checker, type) &&
  type.getProperties().some(({ flags }) => (flags & ts.SymbolFlags.Optional) === 0);

/** A parameter, or, where a labelled tuple stands for all of them, each of its elements. */
function parametersOf(
  checker: ts.TypeChecker,
  parameter: ts.Symbol,
  type = checker.getTypeOfSymbol(parameter),
): Parameter[] {
  if (checker.isTupleType(type)) {
    const { labeledElementDeclarations, elementFlags } = (type as ts.TupleTypeReference).target;
    return checker.getTypeArguments(type as ts.TupleTypeReference).map((element, i) => ({
      name: labeledElementDeclarations![i]!.name.getText(),
      optional: elementFlags[i] === ts.ElementFlags.Optional,
      rest: (elementFlags[i] & ts.ElementFlags.Variable) !== 0,
      type: checker.getNonNullableType(element),
    }));
  }
  const declaration = parameter.valueDeclaration as ts.ParameterDeclaration;
  const rest = declaration.dotDotDotToken === undefined ? '' : '...';
  return [
    {
      name: rest + parameter.name,
      optional: checker.isOptionalParameter(declaration),
      rest: declaration.dotDotDotToken !== undefined,
      type: checker.getNonNullableType(type),
    },
  ];
}

/** An object of named settings: neither tensor, nor list, nor choice between kinds. */
function isOptions(checker: ts.TypeChecker, type: ts.Type): boolean {
  if (type.isIntersection()) return type.types.every((part) => isOptions(checker, part));
  if (type.isUnion() || !(type.flags & ts.TypeFlags.Object)) return false;
  if (checker.isArrayType(type) || checker.isTupleType(type)) return false;
  return type.getProperties().length > 0 && type.symbol.name !== 'Tensor';
}
