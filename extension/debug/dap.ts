// The part of the Debug Adapter Protocol that is spoken here (https://microsoft.github.io/debug-adapter-protocol). Knows no editor.

export interface Request {
  seq: number;
  type: 'request';
  command: string;
  arguments?: unknown;
}

export type Message =
  | {
      type: 'response';
      seq: number;
      request_seq: number;
      command: string;
      success: boolean;
      message?: string;
      body?: unknown;
    }
  | { type: 'event'; seq: number; event: string; body?: unknown };

export interface Source {
  name?: string;
  path?: string;
}

export interface SourceBreakpoint {
  line: number;
  condition?: string;
  hitCondition?: string;
  logMessage?: string;
  mode?: string;
}

export interface Breakpoint {
  id: number;
  verified: boolean;
  line?: number;
  message?: string;
  source?: Source;
}

export interface StackFrame {
  id: number;
  name: string;
  line: number;
  column: number;
  source?: Source;
  canRestart?: boolean;
  instructionPointerReference?: string;
  presentationHint?: 'normal' | 'label' | 'subtle';
}

export interface Variable {
  name: string;
  value: string;
  type?: string;
  variablesReference: number;
  namedVariables?: number;
  indexedVariables?: number;
  evaluateName?: string;
  memoryReference?: string;
  valueLocationReference?: number;
  presentationHint?: { kind?: string; attributes?: string[] };
}

export interface Stopped {
  reason: string;
  description?: string;
  text?: string;
  hitBreakpointIds?: number[];
  preserveFocusHint?: boolean;
}

/** What `launch` is given, beside what the editor adds. */
export interface LaunchArguments {
  program: string;
  step?: number;
  stopOnEntry?: boolean;
  seed?: number;
  hyper?: Record<string, number | string | boolean>;
  /** Megabytes that the values of the step may take. */
  budget?: number;
  noDebug?: boolean;
}

/** A request that cannot be answered, with what the user is told. */
export class Refusal extends Error {}

export const capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsStepBack: true,
  supportsRestartFrame: true,
  supportsGotoTargetsRequest: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsFunctionBreakpoints: true,
  supportsDataBreakpoints: true,
  supportsExceptionInfoRequest: true,
  supportsExceptionFilterOptions: true,
  supportsEvaluateForHovers: true,
  supportsCompletionsRequest: true,
  completionTriggerCharacters: ['$'],
  supportsClipboardContext: true,
  supportsDisassembleRequest: true,
  supportsSteppingGranularity: true,
  supportsReadMemoryRequest: true,
  supportsCancelRequest: true,
  supportsBreakpointLocationsRequest: true,
  supportTerminateDebuggee: true,
  breakpointModes: [
    {
      mode: 'both',
      label: 'Forward and backward',
      description: 'Stops when the line runs, and when backward walks it in reverse.',
      appliesTo: ['source'],
    },
    {
      mode: 'forward',
      label: 'Forward only',
      description: 'Stops when the line runs.',
      appliesTo: ['source'],
    },
    {
      mode: 'backward',
      label: 'Backward only',
      description: 'Stops when backward walks the line in reverse.',
      appliesTo: ['source'],
    },
  ],
  exceptionBreakpointFilters: [
    {
      filter: 'nonFinite',
      label: 'NaN or infinity made',
      description: 'Stops at the op that makes a NaN of numbers, or an infinity.',
      default: true,
    },
    {
      filter: 'shape',
      label: 'Shape errors',
      description: 'Stops at the statement whose shapes do not fit.',
      default: true,
    },
    {
      filter: 'uncaught',
      label: 'Uncaught errors',
      description: 'Stops at the statement that threw.',
      default: true,
    },
    {
      filter: 'gradientExceeds',
      label: 'Gradient norm exceeds…',
      description: 'Stops at the op that makes a gradient with a norm above the limit.',
      default: false,
      supportsCondition: true,
      conditionDescription: 'The limit, such as 10 (10 when empty)',
    },
    {
      filter: 'gradientVanishes',
      label: 'Gradient vanishes',
      description:
        'Stops at the op behind which a typical element of the gradient is below the limit.',
      default: false,
      supportsCondition: true,
      conditionDescription: 'The limit, such as 1e-6 (1e-6 when empty)',
    },
  ],
};
