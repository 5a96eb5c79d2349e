/** All items of a listing, read in parts of `atMost`. */
export const allItems = async <T>(
  list: (
    from: string | undefined,
    atMost: number,
  ) => Promise<{ items: readonly T[]; next?: string }>,
  atMost: number,
): Promise<readonly T[]> => {
  const items: T[] = [];
  let from: string | undefined;
  do {
    const page = await list(from, atMost);
    expect(page.items.length).toBeLessThanOrEqual(atMost);
    items.push(...page.items);
    from = page.next;
  } while (from !== undefined);
  return items;
};
