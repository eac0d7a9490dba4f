// Writes WebAssembly modules: functions, locals, control flow, bytes. Knows no kernel and no memory layout.
import { i32, unsigned, type Code, type Effect, type Value, type ValueType } from './instructions';

const typeCode: Record<ValueType, number> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

/** A parameter or a variable of a function; reading it is a value. */
export interface Local<T extends ValueType = ValueType> extends Value<T> {
  readonly index: number;
}

/** Names and types of a function's parameters, in order. */
export type Signature = Readonly<Record<string, ValueType>>;

export type Parameters<S extends Signature> = { readonly [Name in keyof S]: Local<S[Name]> };

/** The body of one function, written statement by statement. */
export class FunctionBody {
  private readonly locals: ValueType[] = [];
  private readonly constants = new Map<number | string, Local<'v128'>>();
  private readonly prelude: Code[] = [];
  private readonly code: (number | Code)[] = [];

  constructor(private readonly parameterCount: number) {}

  /** A new variable, set to `initial` here. */
  local<T extends ValueType>(type: T, initial?: Value<T>): Local<T> {
    const index = this.parameterCount + this.locals.length;
    this.locals.push(type);
    const local = { type, code: [0x20, ...unsigned(index)], index };
    if (initial) this.set(local, initial);
    return local;
  }

  set<T extends ValueType>(local: Local<T>, value: Value<T>): void {
    this.code.push(value.code, 0x21, ...unsigned(local.index));
  }

  /**
   * A float32 in all four lanes. It is made once, when the function starts: V8 would make a constant
   * inside a loop again on each turn.
   */
  splat(value: number): Local<'v128'> {
    return this.constant(value, [0x43, ...new Uint8Array(Float32Array.of(value).buffer)], 0x13);
  }

  /** An int32 in all four lanes, made once. */
  splatBits(value: number): Local<'v128'> {
    // Keyed apart from floats of the same value.
    return this.constant(value + 0.5, i32.const(value).code, 0x11);
  }

  /** Four int32, made once. */
  lanes(...values: readonly [number, number, number, number]): Local<'v128'> {
    const key = values.join();
    let local = this.constants.get(key);
    if (local === undefined) {
      local = this.local('v128');
      const bytes = new Uint8Array(Int32Array.from(values).buffer);
      this.prelude.push([0xfd, 0x0c, ...bytes, 0x21, ...unsigned(local.index)]);
      this.constants.set(key, local);
    }
    return local;
  }

  private constant(key: number, scalar: Code, splat: number): Local<'v128'> {
    let local = this.constants.get(key);
    if (local === undefined) {
      local = this.local('v128');
      this.prelude.push([scalar, 0xfd, splat, 0x21, ...unsigned(local.index)]);
      this.constants.set(key, local);
    }
    return local;
  }

  /** Adds an instruction that leaves nothing on the stack, such as a store. */
  do(effect: Effect): void {
    this.code.push(effect.code);
  }

  if(condition: Value<'i32'>, then: () => void, otherwise?: () => void): void {
    this.code.push(condition.code, 0x04, 0x40);
    then();
    if (otherwise) {
      this.code.push(0x05);
      otherwise();
    }
    this.code.push(0x0b);
  }

  /** Runs `body` once, and again as long as `again` holds after it. */
  repeat(body: () => void, again: Value<'i32'>): void {
    this.code.push(0x03, 0x40);
    body();
    this.code.push(again.code, 0x0d, 0x00, 0x0b);
  }

  /** Runs `body` as long as `condition` holds before it. */
  while(condition: Value<'i32'>, body: () => void): void {
    this.if(condition, () => this.repeat(body, condition));
  }

  /** Runs `body` `count` times; the counter runs from 0 and steps by `step`. */
  times(count: Value<'i32'>, body: (counter: Local<'i32'>) => void, step = 1): void {
    const counter = this.local('i32', i32.const(0));
    this.while(i32.ltSigned(counter, count), () => {
      body(counter);
      this.advance(counter, step);
    });
  }

  /** Adds to a variable. */
  advance(local: Local<'i32'>, by: number | Value<'i32'>): void {
    this.set(local, i32.add(local, typeof by === 'number' ? i32.const(by) : by));
  }

  return(value: Value): void {
    this.code.push(value.code, 0x0f);
  }

  /** The function as the code section wants it. */
  finish(result?: Value): number[] {
    // Neighbours of one type are declared together.
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    const locals = runs.map(({ type, count }) => [...unsigned(count), typeCode[type]]);
    const body: number[] = [];
    flatten([unsigned(runs.length), locals, this.prelude, this.code], body);
    flatten([result?.code ?? [], 0x0b], body);
    return body;
  }
}

/** A module over one imported, shared memory. Every function is exported. */
export class ModuleBuilder {
  private readonly types: number[][] = [];
  private readonly functions: { name: string; type: number; body: number[] }[] = [];

  /** Adds a function; `write` fills its body and returns its result, if it has one. */
  function<S extends Signature>(
    name: string,
    signature: S,
    write: (body: FunctionBody, parameters: Parameters<S>) => Value | void,
  ): void {
    const entries = Object.entries(signature);
    const parameters = Object.fromEntries(
      entries.map(([key, type], index) => [key, { type, code: [0x20, ...unsigned(index)], index }]),
    ) as unknown as Parameters<S>;
    const body = new FunctionBody(entries.length);
    const result = write(body, parameters);
    const parameterTypes = entries.map(([, type]) => typeCode[type]);
    const results = result ? [1, typeCode[result.type]] : [0];
    const type = this.typeIndex([0x60, ...unsigned(entries.length), ...parameterTypes, ...results]);
    this.functions.push({ name, type, body: body.finish(result ?? undefined) });
  }

  /** A call of a function without a result that was added before. */
  call(name: string, ...args: readonly Value[]): Effect {
    const index = this.functions.findIndex((other) => other.name === name);
    if (index < 0) throw new Error(`no function "${name}" to call`);
    return { code: [args.map(({ code }) => code), 0x10, ...unsigned(index)] };
  }

  /** Functions of the same parameters and result share a type. */
  private typeIndex(type: number[]): number {
    const known = this.types.findIndex((other) => other.join() === type.join());
    return known < 0 ? this.types.push(type) - 1 : known;
  }

  /** The module's bytes; it imports its memory as `engine.memory`. */
  bytes(): Uint8Array {
    const limits = [0x03, ...unsigned(1), ...unsigned(65_536)];
    const imported = [...text('engine'), ...text('memory'), 0x02, ...limits];
    const exported = this.functions.map(({ name }, i) => [...text(name), 0x00, ...unsigned(i)]);
    const indices = this.functions.map(({ type }) => unsigned(type));
    const bodies = this.functions.map(({ body }) => [unsigned(body.length), body]);
    // The names that profilers and stack traces show.
    const named = this.functions.map(({ name }, i) => [...unsigned(i), ...text(name)]);
    const names = custom('name', [0x01, ...sized([unsigned(named.length), named])]);
    const module: number[] = [];
    flatten([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], module);
    flatten([section(1, this.types), section(2, [imported]), section(3, indices)], module);
    flatten([section(7, exported), section(10, bodies), names], module);
    return Uint8Array.from(module);
  }
}

function text(name: string): number[] {
  const bytes = new TextEncoder().encode(name);
  return [...unsigned(bytes.length), ...bytes];
}

function section(id: number, entries: readonly Code[]): Code {
  return [id, ...sized([unsigned(entries.length), entries])];
}

function custom(name: string, content: Code): Code {
  return [0x00, ...sized([text(name), content])];
}

/** Code behind its length in bytes. */
function sized(code: Code): Code {
  const content: number[] = [];
  flatten(code, content);
  return [unsigned(content.length), content];
}

function flatten(code: Code, into: number[]): void {
  for (const part of code) {
    if (typeof part === 'number') into.push(part);
    else flatten(part, into);
  }
}
