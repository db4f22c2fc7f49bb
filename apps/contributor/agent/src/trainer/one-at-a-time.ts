/** Runs tasks one after the other, in the order in which they came; a failing task does not stop the next. */
export function createQueue() {
  let last: Promise<unknown> = Promise.resolve();
  return <Value>(task: () => Promise<Value>): Promise<Value> => {
    const turn = last.then(task, task);
    last = turn;
    return turn;
  };
}
