import type { Scalar } from './operators.ts';

/** A value of an event that is no object and no array. */
export interface Leaf {
  value: Scalar;
  /** The elements of arrays that it lies in: for each array the index of the element. */
  places: Places;
}

export type Places = ReadonlyMap<number, number>;

/**
 * The leaves of an event by their paths, joined by dots: AWS does not tell a dot in a name from one between names.
 * An array adds nothing to a path. Scalars in an array belong to none of its elements (aws/event-ruler, `Event`).
 */
export function leavesOf(event: object): Map<string, Leaf[]> {
  const leaves = new Map<string, Leaf[]>();
  let arrays = 0;
  const visit = (value: unknown, path: string, places: Places): void => {
    if (Array.isArray(value)) {
      const array = arrays++;
      value.forEach((element, index) => {
        const isScalar = typeof element !== 'object' || element === null;
        visit(element, path, isScalar ? places : new Map(places).set(array, index));
      });
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) visit(inner, joined(path, name), places);
    } else if (value !== undefined) {
      const known = leaves.get(path) ?? [];
      known.push({ value: value as Scalar, places });
      leaves.set(path, known);
    }
  };
  for (const [name, value] of Object.entries(event)) visit(value, name, new Map());
  return leaves;
}

/** The places of both, unless they lie in different elements of one array. */
export function together(some: Places, others: Places): Places | undefined {
  for (const [array, index] of others) {
    const known = some.get(array);
    if (known !== undefined && known !== index) return undefined;
  }
  return new Map([...some, ...others]);
}

export function joined(path: string | undefined, name: string): string {
  return path === undefined ? name : `${path}.${name}`;
}
