// Gathers what a run logs into reports, at most twenty a second. Knows no port.
import type { BranchPlace, HeatMap, LoggedPicture, LogPoint, Progress } from '../protocol';
import { now } from './clock';

const interval = 50;
/** A report never carries more points; a faster run is thinned out, its last point always kept. */
const mostPoints = 500;
/** So many names of pictures in one report. */
const mostPictures = 6;
/** The step rate is taken over the latest steps of about this many milliseconds. */
const rateWindow = 2000;

export class ProgressReport {
  totalSteps: number | undefined;
  private place: BranchPlace = { branch: 0, parent: 0, begins: 1 };
  private points: LogPoint[] = [];
  private pictures: Record<string, LoggedPicture> = {};
  private lastSent = -Infinity;
  private marks: { time: number; step: number }[] = [];

  constructor(
    private readonly run: number,
    private readonly vitals: { gradients: LogPoint[]; ratios: LogPoint[] },
  ) {}

  /** What is added from now on is logged there; what was logged before has been taken. */
  moveTo(place: BranchPlace): void {
    this.place = place;
    this.marks = [];
  }

  /** Replaces what was last logged under that name. */
  addPicture(name: string, step: number, shape: number[], heatMap: HeatMap): void {
    if (Object.hasOwn(this.pictures, name) || Object.keys(this.pictures).length < mostPictures)
      this.pictures[name] = { step, shape, heatMap };
  }

  /** Adds values; several logs of one step are one point. */
  add(point: LogPoint): void {
    const last = this.points.at(-1);
    if (last?.step === point.step) Object.assign(last.values, point.values);
    else this.points.push(point);
    const latest = this.points.length - 1;
    if (latest >= 2 * mostPoints)
      this.points = this.points.filter((_, i) => (latest - i) % 2 === 0);
  }

  /** A report when it is time for one, or `now`; undefined otherwise. */
  take(step: number, force = false): Progress | undefined {
    const time = now();
    if (!force && time - this.lastSent < interval) return undefined;
    this.lastSent = time;
    this.marks.push({ time, step });
    while (this.marks.length > 2 && time - this.marks[0].time > rateWindow) this.marks.shift();
    const first = this.marks[0];
    const seconds = (time - first.time) / 1000;
    const { points, pictures, vitals } = this;
    this.points = [];
    this.pictures = {};
    return {
      run: this.run,
      step,
      ...(this.totalSteps !== undefined && { totalSteps: this.totalSteps }),
      place: this.place,
      points,
      gradients: vitals.gradients.splice(0),
      ratios: vitals.ratios.splice(0),
      pictures,
      stepsPerSecond: seconds > 0 ? (step - first.step) / seconds : 0,
    };
  }
}
