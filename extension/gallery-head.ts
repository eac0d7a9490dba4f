// What a model of the gallery says about itself in its first line, such as
// "C9 · LeNet: reads handwritten digits. Target: accuracy >= 0.98". Knows no editor.

/** The chapters of the lecture, by the letter of their ids, in the order of the list. */
export const chapters = {
  P: 'Basics',
  C: 'Convolution',
  R: 'Recurrent networks',
  S: 'Sequence tasks',
  A: 'Attention & Transformer',
} as const;

export interface Target {
  /** The name under which the model logs the value. */
  readonly curve: string;
  readonly sign: '>=' | '<=';
  readonly bound: number;
}

export interface GalleryHead {
  /** The lecture point: the letter of the chapter, and its number there. */
  readonly id: string;
  readonly chapter: keyof typeof chapters;
  readonly title: string;
  /** One sentence. */
  readonly about: string;
  readonly target: Target;
}

const pattern = /^\/\/ ([PCRSA])(\d+) · ([^:]+): (.+?)[.] Target: (\w+) (>=|<=) ([\d.]+)$/;

export function headOf(name: string, text: string): GalleryHead {
  const [line = ''] = text.split(/\r?\n/);
  const found = pattern.exec(line);
  if (found === null) {
    throw new Error(`${name}: the first line states no id, title and target: ${line}`);
  }
  const [, chapter, number, title, about, curve, sign, bound] = found as unknown as string[];
  return {
    id: `${chapter}${number}`,
    chapter: chapter as GalleryHead['chapter'],
    title: title!,
    about: about!,
    target: { curve: curve!, sign: sign as Target['sign'], bound: Number(bound) },
  };
}

/** Lecture order: chapter by chapter, then by number. */
export function inLectureOrder(a: GalleryHead, b: GalleryHead): number {
  const order = Object.keys(chapters);
  return (
    order.indexOf(a.chapter) - order.indexOf(b.chapter) ||
    Number(a.id.slice(1)) - Number(b.id.slice(1)) ||
    a.title.localeCompare(b.title)
  );
}
