/** What `work` resolves to; null when that takes longer than `ms`. Rejects as `work` does. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  return Promise.race([work, over]).finally(() => clearTimeout(timer));
}
