/** What stands between what is and what topology wants: a list of steps, made before anything is changed. */

export type Step = {
  readonly kind: 'topic' | 'subject' | 'acl';
  readonly name: string;
  /** What the step will change, in words, and what there is to be said of what it leaves as it is. */
  readonly details: readonly string[];
  readonly action: 'create' | 'change' | 'same';
  /** Does it; safe to do again. */
  readonly apply: () => Promise<void>;
};

/** Something that topology wants and that cannot be had without losing data or breaking a reader. */
export class ImpossiblePlanError extends Error {
  override readonly name = 'ImpossiblePlanError';
  readonly code = 'PLAN_IMPOSSIBLE';

  constructor(obstacles: readonly string[]) {
    super(obstacles.join('\n'));
  }
}

/** A step or an obstacle, as planning one topic or subject finds it. */
export type Planned = Step | { readonly obstacle: string };

/**
 * The steps, when all of them are possible.
 *
 * @throws ImpossiblePlanError with a line for each obstacle
 */
export const feasible = (planned: readonly Planned[]): readonly Step[] => {
  const obstacles = planned.filter(item => 'obstacle' in item).map(({ obstacle }) => obstacle);
  if (obstacles.length > 0) throw new ImpossiblePlanError(obstacles);
  return planned.filter(item => 'apply' in item);
};

/** The plan as people read it: a line for each step, in columns, then the sum. */
export const described = (steps: readonly Step[]): string => {
  const width = Math.max(...steps.map(({ name }) => name.length));
  const lines = steps.map(({ action, kind, name, details }) => {
    const detail = details.length > 0 ? `(${details.join(', ')})` : '';
    return [action.padEnd(6), kind.padEnd(7), name.padEnd(width), detail].join('  ').trimEnd();
  });
  const count = (action: Step['action']): number => steps.filter(step => step.action === action).length;
  return [...lines, `${count('create')} to create, ${count('change')} to change, ${count('same')} the same`].join('\n');
};
